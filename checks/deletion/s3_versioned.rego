# METADATA
# title: Buckets keep deleted and overwritten objects
# description: >-
#   With versioning Enabled a delete leaves a marker and an overwrite leaves the old version. Suspended keeps old
#   versions but loses the next ones. A lifecycle rule for every object (no prefix, no tag) that expires noncurrent
#   versions within `noncurrent_days` days undoes it: what was deleted is then gone before anybody notices.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
# custom:
#   id: deletion-s3-versioned
#   layer: deletion
#   severity: high
#   severity_outside_production: medium
#   subject: s3_bucket
#   needs: [s3.buckets, s3.bucket_tags, s3.bucket_versioning, s3.bucket_lifecycle]
#   evidence: each
#   facts: [protection.versioning, protection.noncurrent_expirations]
#   remediation:
#     terraform: |
#       resource "aws_s3_bucket_versioning" "this" {
#         bucket = aws_s3_bucket.this.id
#         versioning_configuration {
#           status = "Enabled"
#         }
#       }
#       resource "aws_s3_bucket_lifecycle_configuration" "this" {
#         bucket = aws_s3_bucket.this.id
#         rule {
#           id     = "keep-deleted"
#           status = "Enabled"
#           filter {}
#           noncurrent_version_expiration {
#             noncurrent_days = 30
#           }
#         }
#       }
#     cli: |
#       aws s3api put-bucket-versioning --bucket NAME --versioning-configuration Status=Enabled
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-10, SI-12]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.312(c)(1)]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1"]
package palisade.deletion.s3_versioned

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The bucket is not judged as data: %s.", [words.no_deletion_subject]),
} if {
	words.no_deletion_subject
} else := {
	"status": "fail",
	"message": "Versioning was never switched on: a deleted or overwritten object is gone.",
} if {
	input.subject.protection.versioning == "Off"
} else := {
	"status": "fail",
	"message": "Versioning is suspended: the next object that is deleted or overwritten is gone.",
} if {
	input.subject.protection.versioning == "Suspended"
} else := {
	"status": "fail",
	"message": sprintf("Versioning is on, but lifecycle rules expire every deleted object too soon: %s; %s are wanted.", [
		words.some_of([rule | some rule in hasty]),
		words.days(data.config.noncurrent_days),
	]),
} if {
	count(hasty) > 0
} else := {
	"status": "pass",
	"message": "Versioning is on, and no lifecycle rule for every object expires deleted ones at all.",
} if {
	input.subject.protection.versioning == "Enabled"
	count(expirations) == 0
} else := {
	"status": "pass",
	"message": sprintf("Versioning is on, and lifecycle rules keep deleted objects for at least %s; %s are wanted.", [
		words.days(min(kept)),
		words.days(data.config.noncurrent_days),
	]),
} if {
	input.subject.protection.versioning == "Enabled"
	count(kept) > 0
	count(kept_unknown) == 0
}

expirations := input.subject.protection.noncurrent_expirations if is_array(input.subject.protection.noncurrent_expirations)

kept contains rule.days if {
	some rule in expirations
	is_number(rule.days)
}

kept_unknown contains rule if {
	some rule in expirations
	not is_number(rule.days)
}

hasty contains sprintf("%s after %s", [rule.rule, words.days(rule.days)]) if {
	input.subject.protection.versioning == "Enabled"
	some rule in expirations
	is_number(rule.days)
	rule.days < data.config.noncurrent_days
}
