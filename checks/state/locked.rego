# METADATA
# title: The newest write of a state was covered by a lock
# description: >-
#   Two runs at once without a lock overwrite each other's state, and the loser's resources are forgotten or planned for
#   destruction. Proof is either the DynamoDB lock table's digest of exactly this object, or versions of its lock file around its
#   LastModified. `use_lockfile` and `dynamodb_table` both count.
# related_resources:
#   - https://developer.hashicorp.com/terraform/language/backend/s3
# custom:
#   id: state-locked
#   layer: state
#   severity: critical
#   subject: state_object
#   needs: [s3.buckets, s3.bucket_versioning, dynamodb.tables, state.lock_items, state.objects, state.lock_versions, state.content]
#   evidence: exists
#   facts: [lock]
#   remediation:
#     terraform: |
#       terraform {
#         backend "s3" {
#           use_lockfile = true
#         }
#       }
#     cli: terraform init -reconfigure -backend-config=use_lockfile=true
#   frameworks:
#     nist_800_53_r5: [CM-3, SI-7]
#     nist_csf_2_0: [PR.PS-01]
#     iso_27001_2022: [A.8.32]
#     soc2_tsc_2017: [CC8.1]
package palisade.state.locked

verdict := {
	"status": "not_applicable",
	"message": sprintf("a copy (%s), not an owner", [input.subject.copy]),
} if {
	input.subject.copy != null
} else := {
	"status": "pass",
	"message": sprintf("the digest in lock table %s is the one of this object: its newest write held the lock (dynamodb_table; deprecated since Terraform 1.11, valid)", [input.subject.lock.table]),
} if {
	input.subject.lock.kind == "table_digest"
} else := {
	"status": "pass",
	"message": sprintf("versions of %s lie around its newest write (use_lockfile)", [input.subject.lock.key]),
} if {
	input.subject.lock.kind == "lock_file"
} else := {
	"status": "fail",
	"message": sprintf("its newest write was covered by no lock: %s", [input.subject.lock.why]),
} if {
	input.subject.lock.kind == "uncovered"
} else := {
	"status": "unknown",
	"message": sprintf("nothing tells whether its newest write was locked: %s", [input.subject.lock.why]),
} if {
	input.subject.lock.kind == "unknown"
}
