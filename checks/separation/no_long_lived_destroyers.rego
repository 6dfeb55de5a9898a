# METADATA
# title: No long-lived credential leads to the destruction of data
# description: >-
#   An IAM user with an active access key or a console password reaches no destructive right in any account, by
#   itself or through any chain: such credentials do not expire, and are found in laptops, logs and repositories.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles
# custom:
#   id: separation-no-long-lived-destroyers
#   layer: separation
#   severity: high
#   severity_outside_production: medium
#   subject: iam_user
#   needs:
#     - iam.authorization_details
#     - iam.credential_report
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - organization.delegated_administrators
#     - organization.trusted_services
#     - organization.central_root
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#   evidence: each
#   facts: [access_key, password, accounts, reaches.told]
#   remediation:
#     terraform: |
#       resource "aws_iam_role" "ci" { # in place of the user: temporary credentials
#         name               = "ci"
#         assume_role_policy = data.aws_iam_policy_document.ci.json
#       }
#     cli: |
#       aws iam update-access-key --user-name USER --access-key-id AKIAEXAMPLE --status Inactive
#       aws iam delete-login-profile --user-name USER
#   frameworks:
#     nist_800_53_r5: [IA-5(1), AC-6, IA-2]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["5.3", "6.8"]
#     iso_27001_2022: [A.5.17, A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
#     cis_aws_foundations_7_0: ["2.19"]
package palisade.separation.no_long_lived_destroyers

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": "The user has neither an active access key nor a password.",
} if {
	input.subject.access_key == false
	not input.subject.password == true
	not is_null(input.subject.password)
} else := {
	"status": "pass",
	"message": sprintf("The user has %s, and reaches no destructive right.", [credential]),
} if {
	input.subject.accounts == 0
	credential
} else := {
	"status": "fail",
	"message": sprintf("The user has %s and reaches destructive rights in %s: %s.", [
		credential,
		words.counted(input.subject.accounts, "account"),
		input.subject.reaches.told,
	]),
} if {
	input.subject.accounts > 0
	credential
} else := {
	"status": "pass",
	"message": "Whatever credentials the user has, it reaches no destructive right.",
} if {
	input.subject.accounts == 0
}

credential := "an active access key and a password" if {
	input.subject.access_key == true
	input.subject.password == true
} else := "an active access key" if {
	input.subject.access_key == true
} else := "a password" if {
	input.subject.password == true
}
