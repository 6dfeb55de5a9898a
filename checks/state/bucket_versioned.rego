# METADATA
# title: State buckets keep every version
# description: >-
#   A state that is overwritten or deleted comes back from its earlier version, and from nothing else. Versioning is
#   Enabled; Suspended keeps old versions but loses the next ones.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
# custom:
#   id: state-bucket-versioned
#   layer: state
#   severity: critical
#   severity_outside_production: medium
#   subject: state_bucket
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.objects, s3.bucket_versioning]
#   evidence: each
#   facts: [versioning, states]
#   remediation:
#     terraform: |
#       resource "aws_s3_bucket_versioning" "state" {
#         bucket = aws_s3_bucket.state.id
#         versioning_configuration {
#           status = "Enabled"
#         }
#       }
#     cli: |
#       aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-10]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1"]
package palisade.state.bucket_versioned

import data.palisade.lib.words

verdict := {
	"status": "pass",
	"message": "Versioning is on: every earlier state can be brought back.",
} if {
	input.subject.versioning == "Enabled"
} else := {
	"status": "fail",
	"message": sprintf("Versioning is suspended: the next write of any of its %s overwrites the last.", [words.counted(input.subject.states, "state")]),
} if {
	input.subject.versioning == "Suspended"
} else := {
	"status": "fail",
	"message": sprintf("Versioning was never switched on: whichever of its %s is overwritten or deleted is gone.", [words.counted(input.subject.states, "state")]),
} if {
	input.subject.versioning == "Off"
}
