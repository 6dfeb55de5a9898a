# METADATA
# title: Every bucket of a production account is classified
# description: >-
#   Whether a bucket holds data that must survive, or logs and caches that need not, decides what it is judged by. Until
#   somebody says, palisade takes it for data where deletion is concerned, and does not ask for backups of it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html
# custom:
#   id: deletion-buckets-classified
#   layer: deletion
#   severity: medium
#   subject: account
#   needs: [s3.buckets, s3.bucket_tags, s3.bucket_policy, s3.bucket_replication]
#   evidence: each
#   facts: [buckets, unclassified_buckets]
#   remediation:
#     terraform: |
#       # palisade.toml, or a tag that [resources] class_tags names:
#       # [resources]
#       # data        = ["shop-documents"]
#       # operational = ["shop-access-logs"]
#       resource "aws_s3_bucket" "documents" {
#         bucket = "shop-documents"
#         tags   = { data-class = "data" }
#       }
#     cli: |
#       aws s3api put-bucket-tagging --bucket NAME --tagging 'TagSet=[{Key=data-class,Value=data}]'
#   frameworks:
#     nist_800_53_r5: [RA-2, CM-8]
#     nist_csf_2_0: [ID.AM-05, ID.AM-07]
#     cis_aws_foundations_7_0: ["3.1.3"]
#     cis_controls_8_1: ["3.2", "3.7"]
#     iso_27001_2022: [A.5.12]
#     soc2_tsc_2017: [C1.1]
#     dora: [Art. 8(1)]
#     nis2: [Art. 21(2)(i)]
package palisade.deletion.buckets_classified

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The buckets are not judged: %s.", [words.closed_account]),
} if {
	words.closed_account
} else := {
	"status": "not_applicable",
	"message": sprintf("The account is not a production account: %s.", [words.other_environment]),
} if {
	words.other_environment
} else := {
	"status": "unknown",
	"message": "The account was not scanned, so that nobody knows its buckets.",
} if {
	not input.subject.scanned == true
} else := {
	"status": "not_applicable",
	"message": "The account has no bucket.",
} if {
	input.subject.buckets == 0
} else := {
	"status": "pass",
	"message": "Every bucket is classified by configuration, tag, use or name.",
} if {
	count(unclassified) == 0
} else := {
	"status": "fail",
	"message": sprintf("%s not classified: %s. Nobody has said whether %s data that must survive.", [
		number,
		words.some_of([split(arn, ":")[5] | some arn in unclassified]),
		they_hold,
	]),
} if {
	count(unclassified) > 0
}

unclassified := input.subject.unclassified_buckets if is_array(input.subject.unclassified_buckets)

number := "1 bucket is" if {
	count(unclassified) == 1
} else := sprintf("%d buckets are", [count(unclassified)])

they_hold := "it holds" if {
	count(unclassified) == 1
} else := "they hold"
