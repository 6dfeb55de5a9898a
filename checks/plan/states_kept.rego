# METADATA
# title: The plan leaves the buckets and lock tables of states as they are
# description: >-
#   Whoever changes the bucket of the states, its policy, its versioning or its lock table, changes what the next plan
#   believes to exist. Any change of a bucket that holds states, of a setting on it, or of a table that locks them, is a
#   blocker.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3
# custom:
#   id: plan-states-kept
#   layer: state
#   severity: critical
#   subject: planned_change
#   needs:
#     - state.objects
#     - state.lock_items
#     - dynamodb.tables
#     - s3.buckets
#   evidence: forall
#   facts: [address, resource_type, actions, changed, touches]
#   remediation:
#     note: >-
#       Manage the states' bucket in a configuration of its own, that nothing else is in, and change it by itself.
#     terraform: |
#       removed {
#         from = aws_s3_bucket.states
#         lifecycle {
#           destroy = false
#         }
#       }
#     cli: |
#       terraform state rm ADDRESS # destroys nothing
#   frameworks:
#     nist_800_53_r5: [CM-3, CM-4, CP-9]
#     nist_csf_2_0: [PR.PS-01, PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(c)]
package palisade.plan.states_kept

import data.palisade.lib.plan

verdict := {
	"status": "fail",
	"message": sprintf("The plan %s %s or sets something on it: %s.", [plan.done, what, plan.which(guard)]),
} if {
	guard
} else := {
	"status": "not_applicable",
	"message": "The change is about no bucket and no table.",
} if {
	not concerned
} else := {
	"status": "unknown",
	"message": "Which bucket the plan sets this on is known only after the apply: it may be one that holds states.",
} if {
	setting
	nameless
	not input.subject.target_is_new == true
} else := {
	"status": "pass",
	"message": "No state is known to lie there, and it locks none.",
} if {
	not guard
}

guard := one if {
	one := plan.guard("state_bucket")
} else := plan.guard("lock_table")

what := "a bucket that holds states" if {
	guard.kind == "state_bucket"
} else := "a table that locks states"

concerned if contains(input.subject.resource_type, "_s3_")

concerned if contains(input.subject.resource_type, "_dynamodb_table")

# What is set on a bucket.
setting if {
	contains(input.subject.resource_type, "_s3_")
	not input.subject.resource_type in {"aws_s3_bucket", "awscc_s3_bucket"}
}

nameless if {
	not is_string(object.get(input.subject.before, "bucket", null))
	not is_string(object.get(input.subject.after, "bucket", null))
}
