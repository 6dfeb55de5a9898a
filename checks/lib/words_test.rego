package palisade.lib.words_test

import data.palisade.lib.words

subject := {
	"class": "data",
	"class_by": {"by": "type", "what": "db_instance"},
	"environment": "production",
	"environment_by": {"by": "tag", "what": "env=prod"},
	"production": true,
}

with_changes(changes) := {"subject": object.union(subject, changes)}

test_production_data_is_judged if {
	not words.no_production_data with input as {"subject": subject}
	not words.no_deletion_subject with input as {"subject": subject}
}

test_unknown_environment_is_judged if {
	not words.no_production_data with input as with_changes({"environment": null})
}

test_other_environment_is_not if {
	words.no_production_data == "its environment is staging (told by tag: env=prod)" with input as with_changes({
		"environment": "staging",
		"production": false,
	})
}

test_other_class_is_not if {
	words.no_production_data == "its class is derived (told by type: db_instance)" with input as with_changes({"class": "derived"})
	words.no_deletion_subject with input as with_changes({"class": "operational"})
}

test_unclassified_is_judged_by_deletion_checks_alone if {
	words.no_production_data with input as with_changes({"class": "unclassified"})
	not words.no_deletion_subject with input as with_changes({"class": "unclassified"})
}

test_numbers_read_well if {
	words.hours(1) == "1 hour"
	words.hours(36) == "36 hours"
	words.hours(12.5) == "12.5 hours"
	words.hours(80) == "3 days"
	words.days(1) == "1 day"
	words.days(35) == "35 days"
}

test_long_lists_are_cut if {
	words.some_of(["a", "b"]) == "a, b"
	words.some_of(["a", "b", "c", "d", "e", "f", "g"]) == "a, b, c, d, e and 2 more"
}

test_closed_accounts_are_told if {
	words.closed_account == "the account is pending closure" with input as {"subject": {"state": "PENDING_CLOSURE"}}
	not words.closed_account with input as {"subject": {"state": "ACTIVE"}}
	not words.closed_account with input as {"subject": {"state": null}}
}

test_what_is_unread_is_told if {
	words.unread(words.data_lists) with input as {"subject": {"unread": [{"collection": "dynamodb.tables"}]}}
	not words.unread(words.data_lists) with input as {"subject": {"unread": [{"collection": "kms.keys"}]}}
	not words.unread(words.data_lists) with input as {"subject": {"unread": []}}
}

copy := {"kind": "recovery_point", "usable": true, "age_hours": 12, "expires_in_hours": null}

fresh_with(changes) if words.fresh(object.union(copy, changes)) with data.config.rpo_hours as 36

test_fresh_copies if {
	fresh_with({})
	fresh_with({"expires_in_hours": 1})
}

test_copies_that_are_not_fresh if {
	not fresh_with({"age_hours": 36})
	not fresh_with({"age_hours": null})
	not fresh_with({"usable": false})
	not fresh_with({"usable": null})
	not fresh_with({"expires_in_hours": 0})
}

test_copies_in_words if {
	words.youngest([copy, object.union(copy, {"age_hours": 3}), object.union(copy, {"age_hours": null})]) == "3 hours"
	words.kind_of(copy) == "recovery point"
	words.kind_of({"kind": "tape"}) == "tape"
	words.counted(1, "copy") == "1 copy"
	words.counted(2, "bucket") == "2 buckets"
	words.counted(2, "copy") == "2 copies"
	words.counted(0, "day") == "0 days"
}

test_a_tier_is_read_as_words if {
	words.tier("shared_fate") == "shared fate"
	words.tier("immutable") == "immutable"
}
