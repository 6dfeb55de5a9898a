# METADATA
# title: The account belongs to an organization
# description: >-
#   Outside an organization there is no service control policy, no central backup account, and nobody above the
#   account's own administrators.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
# custom:
#   id: separation-organization-member
#   layer: separation
#   severity: high
#   subject: account
#   needs: [organization.description]
#   evidence: each
#   facts: [organization_member, management]
#   remediation:
#     terraform: |
#       resource "aws_organizations_organization" "this" {
#         feature_set = "ALL"
#       }
#     cli: |
#       aws organizations invite-account-to-organization --target '{"Type":"ACCOUNT","Id":"111122223333"}'
#   frameworks:
#     nist_800_53_r5: [AC-5, CM-8]
#     nist_csf_2_0: [PR.AA-05]
#     iso_27001_2022: [A.5.15]
#     soc2_tsc_2017: [CC6.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.separation.organization_member

verdict := {
	"status": "pass",
	"message": "The account belongs to an organization.",
} if {
	input.subject.organization_member == true
} else := {
	"status": "fail",
	"message": "The account belongs to no organization: its own administrators and root user are bound by nothing above them.",
} if {
	input.subject.organization_member == false
}
