package palisade.state.bucket_deletion_guarded_test

import data.palisade.state.bucket_deletion_guarded

base := {"kind": "state_bucket", "states": 2, "object_lock": false, "mfa_delete": false, "replicated_to_other_account": false}

verdict(change) := answer if {
	answer := bucket_deletion_guarded.verdict with input as {"subject": object.union(base, change)}
}

test_nothing_fails if verdict({}).status == "fail"

test_object_lock_passes if verdict({"object_lock": true}).status == "pass"

test_mfa_delete_passes if verdict({"mfa_delete": true}).status == "pass"

test_replication_to_another_account_passes if verdict({"replicated_to_other_account": true}).status == "pass"

test_replication_to_who_knows_where_is_unknown if verdict({"replicated_to_other_account": null}).status == "unknown"

test_absent_settings_never_pass if verdict({"object_lock": null, "mfa_delete": null, "replicated_to_other_account": null}).status != "pass"
