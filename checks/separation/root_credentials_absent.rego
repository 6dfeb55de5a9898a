# METADATA
# title: The root user has no usable credentials of its own
# description: >-
#   The root user passes every identity policy. It has no access key; and it has no password, or MFA stands before it,
#   or the organization manages the root credentials of its member accounts centrally. The management account's root is
#   not managed by that.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
# custom:
#   id: separation-root-credentials-absent
#   layer: separation
#   severity: high
#   subject: account
#   needs: [iam.account_summary, iam.credential_report, organization.central_root]
#   evidence: each
#   facts: [root.access_key, root.password, root.mfa, root.managed_centrally]
#   remediation:
#     terraform: |
#       resource "aws_iam_organizations_features" "this" { # in the management account
#         enabled_features = ["RootCredentialsManagement", "RootSessions"]
#       }
#     cli: |
#       aws iam enable-organizations-root-credentials-management
#       aws sts assume-root --target-principal 111122223333 --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials
#       # with the session's credentials: aws iam delete-login-profile; aws iam delete-access-key --user-name root --access-key-id ID
#   frameworks:
#     nist_800_53_r5: [AC-2, AC-6, IA-2(1)]
#     nist_csf_2_0: [PR.AA-01, PR.AA-03]
#     cis_aws_foundations_7_0: ["2.1.1", "2.4", "2.5"]
#     cis_controls_8_1: ["5.4", "6.5"]
#     iso_27001_2022: [A.5.17, A.8.2]
#     soc2_tsc_2017: [CC6.1]
#     pci_dss_4_0_1: ["8.4.1"]
#     hipaa_security_rule: [164.312(d)]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(j)]
#     aws_fsbp: [IAM.4]
package palisade.separation.root_credentials_absent

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The root user is not judged: %s.", [words.closed_account]),
} if {
	words.closed_account
} else := {
	"status": "fail",
	"message": "The root user has an access key: whoever finds it passes every identity policy of the account.",
} if {
	root.access_key == true
} else := {
	"status": "pass",
	"message": "The root user has neither an access key nor a password.",
} if {
	root.access_key == false
	root.password == false
} else := {
	"status": "pass",
	"message": "The root user has no access key, and MFA stands before its password.",
} if {
	root.access_key == false
	root.mfa == true
} else := {
	"status": "pass",
	"message": "The root user has no access key, and the organization manages its credentials centrally.",
} if {
	root.access_key == false
	root.managed_centrally == true
	input.subject.management == false
} else := {
	"status": "unknown",
	"message": "The root user has a password without MFA; whether the organization manages root credentials centrally could not be seen.",
} if {
	root.access_key == false
	root.password == true
	root.mfa == false
	is_null(root.managed_centrally)
	input.subject.management == false
	input.subject.organization_member == true
} else := {
	"status": "fail",
	"message": "The root user has a password without MFA: whoever has it passes every identity policy of the account.",
} if {
	root.access_key == false
	root.password == true
	root.mfa == false
}

root := input.subject.root
