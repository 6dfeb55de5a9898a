package palisade.deletion.kms_keys_alive_test

import data.palisade.deletion.kms_keys_alive as check

key(changes) := {"subject": object.union(
	{
		"kind": "kms_key",
		"manager": "CUSTOMER",
		"state": "Enabled",
		"deletion_in_hours": null,
		"material_expires_in_hours": null,
		"origin": "AWS_KMS",
		"encrypts": ["arn:aws:rds:eu-west-1:111122223333:db:orders"],
		"encrypts_count": 1,
		"encrypts_data": true,
		"encrypts_copies": false,
	},
	changes,
)}

test_enabled_passes if {
	v := check.verdict with input as key({})
	v.status == "pass"
}

test_pending_deletion_fails if {
	v := check.verdict with input as key({"state": "PendingDeletion", "deletion_in_hours": 200, "encrypts_count": 12})
	v.status == "fail"
	contains(v.message, "deleted in 8 days, and with it 12 resources and copies")
}

test_dead_keys_fail if {
	every state in ["PendingDeletion", "Disabled", "PendingImport", "Unavailable"] {
		v := check.verdict with input as key({"state": state})
		v.status == "fail"
	}
}

test_expiring_material_fails if {
	v := check.verdict with input as key({"origin": "EXTERNAL", "material_expires_in_hours": 48})
	v.status == "fail"
	contains(v.message, "expires in 48 hours")
}

test_lasting_material_passes if {
	v := check.verdict with input as key({"origin": "EXTERNAL", "material_expires_in_hours": 10000})
	v.status == "pass"
}

test_managed_by_aws_passes if {
	v := check.verdict with input as key({"manager": "AWS"})
	v.status == "pass"
}

test_keys_of_copies_are_judged if {
	v := check.verdict with input as key({"state": "Disabled", "encrypts_data": false, "encrypts_copies": true})
	v.status == "fail"
}

test_keys_of_nothing_are_not_judged if {
	v := check.verdict with input as key({"encrypts_data": false, "encrypts_copies": false})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as key({"state": null})
	not check.verdict with input as key({"manager": null})
}
