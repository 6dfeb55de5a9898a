# METADATA
# title: Every state is the only owner of what it manages
# description: >-
#   Two states that manage one resource each plan its destruction when the other changes it, and a state copied by hand keeps
#   its lineage: whoever runs the old copy destroys what the new one owns. No resource of the state is claimed by another
#   state, and no other object carries its lineage. Replicas, objects in a replication target and backup files are copies, not owners.
# related_resources:
#   - https://developer.hashicorp.com/terraform/language/state/purpose
# custom:
#   id: state-single-owner
#   layer: state
#   severity: critical
#   subject: state_object
#   needs: [s3.buckets, s3.bucket_replication, dynamodb.tables, state.lock_items, state.objects, state.content, state.claims]
#   evidence: forall
#   facts: [lineage, lineage_twins, contested]
#   remediation:
#     note: Decide which state owns each resource, and take it out of the other; that destroys nothing. Move a stale copy out of the state bucket.
#     terraform: |
#       removed {
#         from = aws_db_instance.main
#         lifecycle { destroy = false }
#       }
#     cli: terraform state rm ADDRESS
#   frameworks:
#     nist_800_53_r5: [CM-2, CM-3]
#     nist_csf_2_0: [PR.PS-01]
#     iso_27001_2022: [A.8.9, A.8.32]
#     soc2_tsc_2017: [CC8.1]
package palisade.state.single_owner

verdict := {
	"status": "not_applicable",
	"message": sprintf("a copy (%s), not an owner", [input.subject.copy]),
} if {
	input.subject.copy != null
} else := {
	"status": "fail",
	"message": sprintf("%s is claimed here as %s and by %s as %s%s", [first.resource, first.address, first.other_state, first.other_address, more]),
} if {
	count(input.subject.contested) > 0
} else := {
	"status": "fail",
	"message": sprintf("its lineage %s is also carried by %s", [input.subject.lineage, concat(", ", input.subject.lineage_twins)]),
} if {
	count(input.subject.lineage_twins) > 0
} else := {
	"status": "unknown",
	"message": "its content was not read, so that nobody can say what it claims",
} if {
	input.subject.content_read != true
} else := {
	"status": "pass",
	"message": sprintf("the only owner of its %d managed instances, and the only object of its lineage", [input.subject.managed]),
}

first := input.subject.contested[0]

more := sprintf(" (and %d more)", [count(input.subject.contested) - 1]) if count(input.subject.contested) > 1

else := ""
