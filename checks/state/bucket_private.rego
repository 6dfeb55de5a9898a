# METADATA
# title: State buckets are private
# description: >-
#   A state holds passwords in clear text and the map of everything that can be destroyed. All four public access blocks
#   are on, at the bucket or the account, and its policy refuses requests without TLS.
# related_resources:
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
# custom:
#   id: state-bucket-private
#   layer: state
#   severity: high
#   subject: state_bucket
#   needs: [s3.buckets, s3.bucket_public_access_block, s3.account_public_access_block, s3.bucket_policy, dynamodb.tables, state.lock_items, state.objects]
#   evidence: each
#   facts: [public_access_blocked, tls_required]
#   remediation:
#     terraform: |
#       resource "aws_s3_bucket_public_access_block" "state" {
#         bucket                  = "BUCKET"
#         block_public_acls       = true
#         block_public_policy     = true
#         ignore_public_acls      = true
#         restrict_public_buckets = true
#       }
#       # and in the bucket policy: Deny s3:* on the bucket and its objects for everyone where aws:SecureTransport is false
#     cli: aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
#   frameworks:
#     nist_800_53_r5: [AC-3, SC-7, SC-8]
#     nist_csf_2_0: [PR.DS-01, PR.DS-02]
#     cis_controls_8_1: ["3.3", "3.10"]
#     iso_27001_2022: [A.8.3, A.8.24]
#     soc2_tsc_2017: [CC6.1, CC6.7]
#     pci_dss_4_0_1: ["1.4.4"]
#     aws_fsbp: [S3.1, S3.5, S3.8]
package palisade.state.bucket_private

verdict := {"status": "pass", "message": "public access is blocked and TLS is required"} if {
	input.subject.public_access_blocked == true
	input.subject.tls_required == true
} else := {"status": "fail", "message": "neither is public access blocked nor TLS required"} if {
	input.subject.public_access_blocked == false
	input.subject.tls_required == false
} else := {"status": "fail", "message": "public access is not blocked, neither at the bucket nor at the account"} if {
	input.subject.public_access_blocked == false
} else := {"status": "fail", "message": "its policy does not refuse requests without TLS to all of its objects"} if {
	input.subject.tls_required == false
}
