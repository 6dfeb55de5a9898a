# METADATA
# title: State buckets are closed to the public and to plain HTTP
# description: >-
#   A state holds passwords in clear text, and the map of everything that can be destroyed. All four public access
#   blocks are on, at the bucket or at the account, and its policy denies requests without TLS.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
# custom:
#   id: state-bucket-private
#   layer: state
#   severity: high
#   severity_outside_production: medium
#   subject: state_bucket
#   needs:
#     - s3.buckets
#     - dynamodb.tables
#     - state.lock_items
#     - state.objects
#     - s3.bucket_public_access_block
#     - s3.account_public_access_block
#     - s3.bucket_policy
#   evidence: each
#   facts: [public_access_blocked, tls_required]
#   remediation:
#     terraform: |
#       resource "aws_s3_bucket_public_access_block" "state" {
#         bucket                  = aws_s3_bucket.state.id
#         block_public_acls       = true
#         block_public_policy     = true
#         ignore_public_acls      = true
#         restrict_public_buckets = true
#       }
#       data "aws_iam_policy_document" "tls" {
#         statement {
#           effect    = "Deny"
#           actions   = ["s3:*"]
#           resources = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
#           principals {
#             type        = "*"
#             identifiers = ["*"]
#           }
#           condition {
#             test     = "Bool"
#             variable = "aws:SecureTransport"
#             values   = ["false"]
#           }
#         }
#       }
#     cli: |
#       aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration \
#         BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
#       aws s3api put-bucket-policy --bucket BUCKET --policy file://deny-without-tls.json
#   frameworks:
#     nist_800_53_r5: [AC-3, SC-7, SC-8]
#     nist_csf_2_0: [PR.AA-05, PR.DS-01, PR.DS-02]
#     cis_aws_foundations_7_0: ["3.1.1", "3.1.4"]
#     cis_controls_8_1: ["3.3", "3.10"]
#     iso_27001_2022: [A.8.3, A.8.24]
#     soc2_tsc_2017: [CC6.1, CC6.7]
#     pci_dss_4_0_1: ["1.4.4"]
#     hipaa_security_rule: [164.312(a)(1), 164.312(e)(1)]
#     dora: [Art. 9(2)]
#     nis2: [Art. 21(2)(h), Art. 21(2)(i)]
#     aws_fsbp: [S3.1, S3.5, S3.8]
package palisade.state.bucket_private

verdict := {
	"status": "pass",
	"message": "Public access is blocked, and requests without TLS are denied.",
} if {
	input.subject.public_access_blocked == true
	input.subject.tls_required == true
} else := {
	"status": "fail",
	"message": "Public access is blocked neither at the bucket nor at the account, and requests without TLS are not denied.",
} if {
	input.subject.public_access_blocked == false
	input.subject.tls_required == false
} else := {
	"status": "fail",
	"message": "Public access is blocked neither at the bucket nor at the account.",
} if {
	input.subject.public_access_blocked == false
} else := {
	"status": "fail",
	"message": "Its policy does not deny requests without TLS: states and their secrets may travel in clear text.",
} if {
	input.subject.tls_required == false
}
