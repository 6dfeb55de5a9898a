# METADATA
# title: Critical buckets are under Object Lock in compliance mode by default
# description: >-
#   What `[resources.critical]` names must not be deletable by anybody before its time. Only a default retention in
#   COMPLIANCE mode does that for every new object: in GOVERNANCE mode whoever has s3:BypassGovernanceRetention deletes,
#   and Object Lock without a default retention locks nothing by itself.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
# custom:
#   id: deletion-s3-locked
#   layer: deletion
#   severity: medium
#   severity_outside_production: low
#   subject: s3_bucket
#   needs: [s3.buckets, s3.bucket_object_lock]
#   evidence: each
#   facts: [protection.critical, protection.object_lock]
#   remediation:
#     note: >-
#       Object Lock can be switched on for an existing bucket that is versioned. Compliance mode cannot be taken back:
#       try it with a short retention first.
#     terraform: |
#       resource "aws_s3_bucket_object_lock_configuration" "this" {
#         bucket = aws_s3_bucket.this.id
#         rule {
#           default_retention {
#             mode = "COMPLIANCE"
#             days = 30
#           }
#         }
#       }
#     cli: |
#       aws s3api put-object-lock-configuration --bucket NAME \
#         --object-lock-configuration 'ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=COMPLIANCE,Days=30}}'
#   frameworks:
#     nist_800_53_r5: [CP-9, SI-12]
#     nist_csf_2_0: [PR.DS-01, PR.DS-11]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.5.33, A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.312(c)(1)]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.6"]
package palisade.deletion.s3_locked

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": "The bucket is not among [resources.critical].",
} if {
	input.subject.protection.critical == false
} else := {
	"status": "pass",
	"message": sprintf("Every new object is locked in compliance mode for %s: nobody, the root user included, deletes it before.", [
		words.days(lock.default_days),
	]),
} if {
	input.subject.protection.critical == true
	lock.enabled == true
	lock.default_mode == "COMPLIANCE"
	is_number(lock.default_days)
	lock.default_days > 0
} else := {
	"status": "fail",
	"message": "Object Lock is on, but by default in governance mode: whoever has s3:BypassGovernanceRetention deletes locked objects.",
} if {
	input.subject.protection.critical == true
	lock.enabled == true
	lock.default_mode == "GOVERNANCE"
} else := {
	"status": "fail",
	"message": "Object Lock is on, but without a default retention: it locks no object by itself.",
} if {
	input.subject.protection.critical == true
	lock.enabled == true
	is_null(lock.default_mode)
} else := {
	"status": "fail",
	"message": "Object Lock is off: whoever may delete versions deletes the objects of this critical bucket for good.",
} if {
	input.subject.protection.critical == true
	lock.enabled == false
}

lock := input.subject.protection.object_lock
