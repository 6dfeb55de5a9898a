# METADATA
# title: The management account holds no data
# description: >-
#   Service control policies do not bind the management account: no guard of the organization protects data that lies
#   there. It holds none. Data that is found fails whatever else could not be read; finding none counts only where
#   everything was read.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_mgmt-acct.html
# custom:
#   id: scp-management-account-empty
#   layer: scp
#   severity: critical
#   subject: account
#   needs: [organization.description, rds.db_instances, rds.db_clusters, dynamodb.tables, s3.buckets, s3.bucket_tags]
#   evidence: forall
#   facts: [management, data_resources, data]
#   remediation:
#     terraform: |
#       resource "aws_organizations_account" "workload" { # then move the data there, by snapshot or replication
#         name  = "shop-prod"
#         email = "aws+shop-prod@example.com"
#       }
#     cli: |
#       aws organizations create-account --account-name shop-prod --email aws+shop-prod@example.com
#   frameworks:
#     nist_800_53_r5: [AC-5, AC-6, SC-7(21)]
#     nist_csf_2_0: [PR.AA-05, PR.IR-01]
#     cis_aws_foundations_7_0: ["2.1.3"]
#     cis_controls_8_1: ["3.12"]
#     iso_27001_2022: [A.5.3, A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.management_account_empty

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": "Which account manages the organization could not be read: it may be this one.",
} if {
	input.subject.management == false
	words.unread({"organization.description"})
} else := {
	"status": "not_applicable",
	"message": "The account belongs to no organization, which it could manage.",
} if {
	input.subject.management == false
	input.subject.organization_member == false
} else := {
	"status": "not_applicable",
	"message": "This is a member account: service control policies bind it.",
} if {
	input.subject.management == false
} else := {
	"status": "fail",
	"message": sprintf("The management account holds %s that no service control policy protects: %s.", [
		words.counted(input.subject.data_resources, "data resource"),
		words.some_of(input.subject.data),
	]),
} if {
	input.subject.management == true
	input.subject.data_resources > 0
} else := {
	"status": "unknown",
	"message": "The management account was not scanned, so that nobody knows whether it holds data.",
} if {
	input.subject.management == true
	not input.subject.scanned == true
} else := {
	"status": "pass",
	"message": "The management account holds no data.",
} if {
	input.subject.management == true
	input.subject.data_resources == 0
}
