package palisade.plan.protection_kept_test

import data.palisade.plan.protection_kept as check

change(changes) := {"subject": object.union(
	{
		"address": "aws_db_instance.main",
		"resource_type": "aws_db_instance",
		"action": "update",
		"actions": ["update"],
		"before": {},
		"after": {},
		"changed": [],
		"unknown": [],
		"sensitive": [],
		"production": true,
		"environment": "production",
		"class": "data",
		"live": null,
	},
	changes,
)}

from_to(before, after) := change({"before": before, "after": after})

fails(before, after, message) if {
	v := check.verdict with input as from_to(before, after)
	v.status == "fail"
	contains(v.message, message)
}

passes(before, after) if {
	v := check.verdict with input as from_to(before, after)
	v.status == "pass"
}

test_flags_that_go_off_fail if {
	fails({"deletion_protection": true}, {"deletion_protection": false}, "deletion_protection goes from true to false")
	fails({"deletion_protection": true}, {}, "deletion_protection goes from true to nothing")
	fails({"is_enabled": true}, {"is_enabled": false}, "is_enabled goes from true to false")
}

test_flags_that_stay_or_come_pass if {
	passes({"deletion_protection": true}, {"deletion_protection": true})
	passes({"deletion_protection": false}, {"deletion_protection": true})
	passes({}, {})
	passes({"skip_final_snapshot": true}, {"skip_final_snapshot": true})
}

test_dangers_that_come_fail if {
	fails({"skip_final_snapshot": false}, {"skip_final_snapshot": true}, "skip_final_snapshot becomes true")
	fails({}, {"force_destroy": true}, "force_destroy becomes true")
	fails({"delete_automated_backups": false}, {"delete_automated_backups": true}, "delete_automated_backups is false no more")
	fails({"final_snapshot_identifier": "last"}, {}, "final_snapshot_identifier is left out")
}

test_shorter_retention_fails if {
	fails({"backup_retention_period": 14}, {"backup_retention_period": 0}, "backup_retention_period goes from 14 to 0")
	fails({"deletion_window_in_days": 30}, {}, "deletion_window_in_days of 30 is left out")
	passes({"backup_retention_period": 7}, {"backup_retention_period": 14})
	passes({"backup_retention_period": 0}, {})
}

test_blocks_that_protect_less_fail if {
	fails(
		{"versioning_configuration": [{"status": "Enabled"}]},
		{"versioning_configuration": [{"status": "Suspended"}]},
		"versioning_configuration: status goes from Enabled to Suspended",
	)
	fails({"versioning": [{"enabled": true, "mfa_delete": true}]}, {"versioning": [{"enabled": true}]}, "mfa_delete goes from true to nothing")
	fails(
		{"point_in_time_recovery": [{"enabled": true, "recovery_period_in_days": 35}]},
		{"point_in_time_recovery": [{"enabled": false, "recovery_period_in_days": 7}]},
		"enabled goes from true to false",
	)
	fails(
		{"rule": [{"default_retention": [{"mode": "COMPLIANCE", "days": 30}]}]},
		{"rule": [{"default_retention": [{"mode": "GOVERNANCE", "days": 30}]}]},
		"rule: mode goes from COMPLIANCE to GOVERNANCE",
	)
	fails(
		{"object_lock_configuration": [{"rule": [{"default_retention": [{"mode": "COMPLIANCE", "years": 1}]}]}]},
		{"object_lock_configuration": []},
		"years goes from 1 to nothing",
	)
	passes(
		{"rule": [{"default_retention": [{"mode": "GOVERNANCE", "days": 1}]}]},
		{"rule": [{"default_retention": [{"mode": "COMPLIANCE", "days": 30}]}]},
	)
}

test_a_setting_that_goes_fails if {
	v := check.verdict with input as change({"resource_type": "aws_s3_bucket_versioning", "action": "delete"})
	v.status == "fail"
	contains(v.message, "aws_s3_bucket_versioning goes")
}

test_the_live_resource_is_named if {
	v := check.verdict with input as change({
		"before": {"deletion_protection": true},
		"live": {"arn": "arn:aws:rds:eu-west-1:111122223333:db:orders"},
	})
	contains(v.message, "weakens what protects it (arn:aws:rds:eu-west-1:111122223333:db:orders)")
}

test_what_is_not_known_yet_is_unknown if {
	v := check.verdict with input as change({"before": {"deletion_protection": true}, "unknown": ["deletion_protection"]})
	v.status == "unknown"
	contains(v.message, "deletion_protection is known only after the apply")
	other := check.verdict with input as change({"unknown": ["endpoint"]})
	other.status == "pass"
}

test_what_is_sensitive_and_changes_is_unknown if {
	v := check.verdict with input as change({"sensitive": ["skip_final_snapshot"], "changed": ["skip_final_snapshot"]})
	v.status == "unknown"
	contains(v.message, "skip_final_snapshot changes and is sensitive")
	same := check.verdict with input as change({"sensitive": ["skip_final_snapshot", "password"], "changed": ["password"]})
	same.status == "pass"
}

test_an_unknown_action_is_unknown if {
	v := check.verdict with input as change({"action": "unknown", "actions": ["explode"]})
	v.status == "unknown"
	contains(v.message, "explode")
}

test_what_is_new_has_nothing_to_lose if {
	v := check.verdict with input as change({"action": "create", "after": {"force_destroy": true}})
	v.status == "not_applicable"
}

test_other_environments_are_not_judged if {
	v := check.verdict with input as change({"production": false, "environment": "staging", "before": {"deletion_protection": true}})
	v.status == "not_applicable"
}

test_a_deletion_is_judged_elsewhere if {
	v := check.verdict with input as change({"action": "delete", "before": {"deletion_protection": true}})
	v.status == "pass"
}
