package palisade.separation.root_credentials_absent_test

import data.palisade.separation.root_credentials_absent as check

account(changes) := {"subject": object.union(
	{
		"kind": "account",
		"state": "ACTIVE",
		"scanned": true,
		"management": false,
		"production": true,
		"environment": "production",
		"environment_by": {"by": "account", "what": "shop-prod"},
		"unread": [],
		"organization_member": true,
		"root": {"access_key": false, "password": true, "mfa": true, "managed_centrally": false},
	},
	changes,
)}

test_mfa_passes if {
	v := check.verdict with input as account({})
	v.status == "pass"
}

test_access_key_fails if {
	v := check.verdict with input as account({"root": {"access_key": true, "password": false}})
	v.status == "fail"
}

test_no_password_passes if {
	v := check.verdict with input as account({"root": {"password": false, "mfa": false}})
	v.status == "pass"
}

test_password_without_mfa_fails if {
	v := check.verdict with input as account({"root": {"mfa": false}})
	v.status == "fail"
}

test_central_management_passes_for_members_alone if {
	member := check.verdict with input as account({"root": {"mfa": false, "managed_centrally": true}})
	member.status == "pass"
	management := check.verdict with input as account({"management": true, "root": {"mfa": false, "managed_centrally": true}})
	management.status == "fail"
}

test_unseen_central_management_is_unknown if {
	v := check.verdict with input as account({"root": {"mfa": false, "managed_centrally": null}})
	v.status == "unknown"
}

test_a_lone_account_has_no_central_management if {
	v := check.verdict with input as account({"organization_member": false, "root": {"mfa": false, "managed_centrally": null}})
	v.status == "fail"
}

test_closed_accounts_are_not_judged if {
	v := check.verdict with input as account({"state": "SUSPENDED", "root": {"access_key": null}})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as account({"root": {"access_key": null}})
	not check.verdict with input as account({"root": {"password": null, "mfa": null, "managed_centrally": false}})
}

# What is not known of the access key makes no pass, whatever else is well.
test_unread_access_key_never_passes if {
	not check.verdict with input as account({"root": {"access_key": null, "password": false}})
	not check.verdict with input as account({"root": {"access_key": null, "mfa": true}})
	not check.verdict with input as account({"root": {"access_key": null, "mfa": false, "managed_centrally": true}})
}
