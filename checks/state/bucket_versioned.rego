# METADATA
# title: State buckets keep every version
# description: >-
#   A state that is overwritten or deleted comes back from its version, and from nothing else. Versioning is Enabled; Suspended
#   keeps old versions but loses the next ones.
# related_resources:
#   - https://developer.hashicorp.com/terraform/language/backend/s3
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
# custom:
#   id: state-bucket-versioned
#   layer: state
#   severity: critical
#   subject: state_bucket
#   needs: [s3.buckets, s3.bucket_versioning, dynamodb.tables, state.lock_items, state.objects]
#   evidence: each
#   facts: [versioning, states]
#   remediation:
#     terraform: |
#       resource "aws_s3_bucket_versioning" "state" {
#         bucket = "BUCKET"
#         versioning_configuration { status = "Enabled" }
#       }
#     cli: aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-10]
#     nist_csf_2_0: [PR.DS-11]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
package palisade.state.bucket_versioned

verdict := {"status": "pass", "message": "versioning is Enabled"} if {
	input.subject.versioning == "Enabled"
} else := {
	"status": "fail",
	"message": sprintf("versioning is Suspended: the next write of its %d state(s) overwrites the last", [input.subject.states]),
} if {
	input.subject.versioning == "Suspended"
} else := {
	"status": "fail",
	"message": sprintf("versioning was never switched on: an overwritten or deleted state of its %d is gone", [input.subject.states]),
} if {
	input.subject.versioning == "Off"
}
