# METADATA
# title: Every state is the only owner of what it manages
# description: >-
#   Two states that manage one resource each plan its destruction when the other changes it, and a state that was copied
#   by hand keeps its lineage: whoever runs the old copy destroys what the new one owns. No resource of the state is
#   claimed by another, and no other object carries its lineage. Replicas, objects in a replication target and
#   `*.backup` files are copies, not owners.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/state/purpose
# custom:
#   id: state-single-owner
#   layer: state
#   severity: critical
#   severity_outside_production: medium
#   subject: state_object
#   needs:
#     - s3.buckets
#     - dynamodb.tables
#     - state.lock_items
#     - state.objects
#     - s3.bucket_replication
#     - state.content
#     - state.claims
#   evidence: forall
#   facts: [lineage, lineage_twins, contested, managed, copy]
#   remediation:
#     note: >-
#       Decide which state owns each resource, and take it out of the other: that destroys nothing.
#     terraform: |
#       removed {
#         from = aws_db_instance.main
#         lifecycle {
#           destroy = false
#         }
#       }
#     cli: |
#       terraform state rm ADDRESS
#       aws s3 mv s3://BUCKET/old.tfstate s3://ARCHIVE/old.tfstate # a stale copy
#   frameworks:
#     nist_800_53_r5: [CM-2, CM-3]
#     nist_csf_2_0: [PR.PS-01]
#     iso_27001_2022: [A.8.9, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(e)]
package palisade.state.single_owner

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("This object is a copy of a state (%s), no owner.", [replace(input.subject.copy, "_", " ")]),
} if {
	is_string(input.subject.copy)
} else := {
	"status": "fail",
	"message": sprintf("%s is claimed here as %s, and by %s as %s%s.", [
		contested[0].resource,
		contested[0].address,
		contested[0].other_state,
		contested[0].other_address,
		more,
	]),
} if {
	count(contested) > 0
} else := {
	"status": "fail",
	"message": sprintf("Its lineage %s is carried by %s as well: whoever runs either destroys what the other owns.", [
		input.subject.lineage,
		words.some_of(twins),
	]),
} if {
	count(twins) > 0
} else := {
	"status": "unknown",
	"message": "What the state holds was not read, so that nobody can say what it claims.",
} if {
	not input.subject.content_read == true
} else := {
	"status": "pass",
	"message": sprintf("No other state claims any of its %s, and no other object carries its lineage.", [
		words.counted(input.subject.managed, "managed instance"),
	]),
} if {
	count(contested) == 0
	count(twins) == 0
	is_string(input.subject.lineage)
}

contested := input.subject.contested if is_array(input.subject.contested)

twins := input.subject.lineage_twins if is_array(input.subject.lineage_twins)

more := sprintf(", and %s more", [words.counted(count(contested) - 1, "resource")]) if {
	count(contested) > 1
} else := ""
