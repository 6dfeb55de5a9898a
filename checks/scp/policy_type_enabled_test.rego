package palisade.scp.policy_type_enabled_test

import data.palisade.scp.policy_type_enabled as check

organization(features, status) := {"subject": {"kind": "organization", "feature_set": features, "scp_status": status}}

test_enabled_passes if {
	v := check.verdict with input as organization("ALL", "ENABLED")
	v.status == "pass"
}

test_billing_alone_fails if {
	v := check.verdict with input as organization("CONSOLIDATED_BILLING", null)
	v.status == "fail"
}

test_not_enabled_fails if {
	every status in ["DISABLED", "PENDING_ENABLE", "PENDING_DISABLE"] {
		v := check.verdict with input as organization("ALL", status)
		v.status == "fail"
		contains(v.message, status)
	}
}

test_unread_gives_no_verdict if {
	not check.verdict with input as organization(null, "ENABLED")
	not check.verdict with input as organization("ALL", null)
}
