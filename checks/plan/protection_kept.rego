# METADATA
# title: The plan weakens no protection
# description: >-
#   A plan that first takes protection off makes the next one destroy without a word. Deletion protection, final
#   snapshots, the retention of backups, point-in-time recovery, versioning, Object Lock, deletion windows: what
#   protects more before than after is a blocker; what is known only after the apply, or is sensitive, cannot be
#   verified. prevent_destroy stands in no plan.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
# custom:
#   id: plan-protection-kept
#   layer: deletion
#   severity: critical
#   subject: planned_change
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#   evidence: forall
#   facts: [address, resource_type, actions, changed, before, after, unknown, sensitive]
#   remediation:
#     note: >-
#       Leave the protection as it is and plan again.
#     terraform: |
#       resource "aws_db_instance" "main" {
#         # …
#         deletion_protection       = true
#         skip_final_snapshot       = false
#         final_snapshot_identifier = "main-final"
#         backup_retention_period   = 14
#         delete_automated_backups  = false
#       }
#     cli: |
#       terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json
#   frameworks:
#     nist_800_53_r5: [CM-3, CM-4, CP-9]
#     nist_csf_2_0: [PR.PS-01, PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(c)]
package palisade.plan.protection_kept

import data.palisade.lib.plan

# What protects while it is true.
guards := {
	"deletion_protection",
	"deletion_protection_enabled",
	"enable_deletion_protection",
	"disable_api_termination",
	"is_enabled",
	"object_lock_enabled",
	"block_public_acls",
	"block_public_policy",
	"ignore_public_acls",
	"restrict_public_buckets",
}

# What protects while it is not true.
dangers := {"skip_final_snapshot", "force_destroy", "force_delete"}

# What protects the longer, the larger it is.
lengths := {
	"backup_retention_period",
	"automated_snapshot_retention_period",
	"snapshot_retention_limit",
	"recovery_window_in_days",
	"deletion_window_in_days",
	"min_retention_days",
}

# What protects as a block of settings.
blocks := {
	"point_in_time_recovery",
	"versioning",
	"versioning_configuration",
	"object_lock_configuration",
	"rule",
}

# What protects as a resource of its own.
settings := {
	"aws_db_instance_automated_backups_replication",
	"aws_s3_bucket_object_lock_configuration",
	"aws_s3_bucket_public_access_block",
	"aws_s3_bucket_replication_configuration",
	"aws_s3_bucket_versioning",
}

verdict := {
	"status": "not_applicable",
	"message": sprintf("The plan %s it: nothing was protected before.", [plan.done]),
} if {
	input.subject.action == "create"
} else := {
	"status": "not_applicable",
	"message": sprintf("The plan %s it, and %s.", [plan.done, plan.elsewhere]),
} if {
	plan.elsewhere
} else := {
	"status": "fail",
	"message": sprintf("The plan weakens what protects it%s: %s.", [named, concat("; ", sort(weakened))]),
} if {
	count(weakened) > 0
} else := {
	"status": "unknown",
	"message": sprintf("Whether the plan weakens what protects it cannot be told: %s.", [concat("; ", sort(open))]),
} if {
	count(open) > 0
} else := {
	"status": "unknown",
	"message": sprintf("What the plan does to it is not known: it names the actions %s.", [concat(", ", input.subject.actions)]),
} if {
	plan.unclear
} else := {
	"status": "pass",
	"message": "The plan takes nothing away from what protects it.",
} if {
	count(weakened) == 0
	count(open) == 0
}

named := sprintf(" (%s)", [input.subject.live.arn]) if {
	input.subject.live.arn
} else := ""

before(key) := object.get(input.subject.before, key, null)

after(key) := object.get(input.subject.after, key, null)

# What is kept from palisade, or is not there yet.
hidden(key) if key in input.subject.unknown

hidden(key) if {
	key in input.subject.sensitive
	key in input.subject.changed
}

# A deletion is the concern of another check: what goes has no protection to lose.
compared if input.subject.action in {"update", "replace"}

weakened contains sprintf("%s goes from true to %s", [key, shown(after(key))]) if {
	compared
	some key in guards
	before(key) == true
	not hidden(key)
	after(key) != true
}

weakened contains sprintf("%s becomes true", [key]) if {
	compared
	some key in dangers
	not hidden(key)
	before(key) != true
	after(key) == true
}

weakened contains "delete_automated_backups is false no more" if {
	compared
	before("delete_automated_backups") == false
	not hidden("delete_automated_backups")
	after("delete_automated_backups") != false
}

weakened contains sprintf("%s goes from %v to %v", [key, before(key), after(key)]) if {
	compared
	some key in lengths
	not hidden(key)
	is_number(before(key))
	is_number(after(key))
	after(key) < before(key)
}

weakened contains sprintf("%s of %v is left out", [key, before(key)]) if {
	compared
	some key in lengths
	not hidden(key)
	is_number(before(key))
	before(key) > 0
	is_null(after(key))
}

weakened contains "final_snapshot_identifier is left out" if {
	compared
	is_string(before("final_snapshot_identifier"))
	not hidden("final_snapshot_identifier")
	is_null(after("final_snapshot_identifier"))
}

weakened contains sprintf("%s: %s", [key, loss]) if {
	compared
	some key in blocks
	not hidden(key)
	some loss in losses(inside(before(key)), inside(after(key)))
}

weakened contains sprintf("%s goes", [input.subject.resource_type]) if {
	plan.removes
	input.subject.resource_type in settings
}

protective := ((guards | dangers) | lengths) | (blocks | {"delete_automated_backups", "final_snapshot_identifier"})

open contains sprintf("%s is known only after the apply", [key]) if {
	compared
	some key in protective
	key in input.subject.unknown
}

open contains sprintf("%s changes and is sensitive", [key]) if {
	compared
	some key in protective
	key in input.subject.sensitive
	key in input.subject.changed
}

# The settings of the first block of a kind, blocks in it included, by name.
inside(list) := object.union_n([fields | some level in [outer(list), rule(list), retention(list)]; fields := level])

outer(list) := list[0] if {
	is_object(list[0])
} else := {}

rule(list) := list[0].rule[0] if {
	is_object(list[0].rule[0])
} else := {}

retention(list) := list[0].default_retention[0] if {
	is_object(list[0].default_retention[0])
} else := list[0].rule[0].default_retention[0] if {
	is_object(list[0].rule[0].default_retention[0])
} else := {}

losses(old, new) := array.concat(
	array.concat(
		[sprintf("%s goes from %s to %s", [key, shown(old[key]), shown(object.get(new, key, null))]) |
			some key, stands in {"enabled": true, "status": "Enabled", "mfa_delete": "Enabled", "mode": "COMPLIANCE", "object_lock_enabled": "Enabled"}
			old[key] == stands
			object.get(new, key, null) != stands
		],
		[sprintf("%s goes from true to %s", [key, shown(object.get(new, key, null))]) |
			some key in ["mfa_delete"]
			old[key] == true
			object.get(new, key, null) != true
		],
	),
	[sprintf("%s goes from %v to %s", [key, old[key], shown(object.get(new, key, null))]) |
		some key in ["days", "years", "recovery_period_in_days"]
		is_number(old[key])
		old[key] > 0
		shorter(old[key], object.get(new, key, null))
	],
)

shorter(old, new) if {
	is_number(new)
	new < old
} else if {
	is_null(new)
}

shown(value) := "nothing" if {
	is_null(value)
} else := sprintf("%v", [value])
