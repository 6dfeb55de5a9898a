# METADATA
# title: Service control policies are enabled in the organization
# description: >-
#   Service control policies are the only guard that an account's own administrators and root user cannot lift. They
#   work only where all features are on and the policy type SERVICE_CONTROL_POLICY is enabled at the root.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/enable-policy-type.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
# custom:
#   id: scp-policy-type-enabled
#   layer: scp
#   severity: critical
#   subject: organization
#   needs: [organization.description, organization.roots]
#   evidence: each
#   facts: [feature_set, scp_status]
#   remediation:
#     terraform: |
#       resource "aws_organizations_organization" "this" {
#         feature_set          = "ALL"
#         enabled_policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
#       }
#     cli: |
#       aws organizations enable-all-features # every invited account has to agree first
#       aws organizations enable-policy-type --root-id r-XXXX --policy-type SERVICE_CONTROL_POLICY
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-6]
#     nist_csf_2_0: [PR.AA-05]
#     cis_aws_foundations_7_0: ["2.1.2"]
#     iso_27001_2022: [A.5.15]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.policy_type_enabled

verdict := {
	"status": "pass",
	"message": "All features are on, and service control policies are enabled at the root.",
} if {
	input.subject.feature_set == "ALL"
	input.subject.scp_status == "ENABLED"
} else := {
	"status": "fail",
	"message": "The organization has consolidated billing alone: no policy can be attached to any account.",
} if {
	input.subject.feature_set == "CONSOLIDATED_BILLING"
} else := {
	"status": "fail",
	"message": sprintf("Service control policies are not enabled at the root (their status is %s): every attached deny is without effect.", [
		input.subject.scp_status,
	]),
} if {
	input.subject.scp_status in {"DISABLED", "PENDING_ENABLE", "PENDING_DISABLE"}
}
