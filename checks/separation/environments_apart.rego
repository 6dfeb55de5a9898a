# METADATA
# title: The data of an account belongs to one environment
# description: >-
#   Whoever works on staging holds rights in its account; where production data lies in the same account, one wrong
#   variable destroys it. Two known environments in one account clash. Known beside unknown is unknown: tag the
#   resources, or name the environment in [environments].
# related_resources:
#   - ref: https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/organizing-your-aws-environment.html
# custom:
#   id: separation-environments-apart
#   layer: separation
#   severity: critical
#   subject: account
#   needs:
#     - organization.account_tags
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#     - s3.bucket_tags
#     - dynamodb.tags
#   evidence: forall
#   facts: [data_resources, data_environments, data_environment_unknown, data_examples]
#   remediation:
#     terraform: |
#       resource "aws_organizations_account" "staging" {
#         name      = "shop-staging"
#         email     = "aws+shop-staging@example.com"
#         parent_id = aws_organizations_organizational_unit.staging.id
#       }
#     cli: |
#       aws organizations create-account --account-name shop-staging --email aws+shop-staging@example.com
#       # then move the data of one environment there, by snapshot or replication
#   frameworks:
#     nist_800_53_r5: [CM-4(1), SC-7(21), AC-6]
#     nist_csf_2_0: [PR.IR-01]
#     cis_aws_foundations_7_0: ["2.1.4"]
#     cis_controls_8_1: ["3.12", "16.8"]
#     iso_27001_2022: [A.8.31]
#     soc2_tsc_2017: [CC6.1, CC8.1]
#     pci_dss_4_0_1: ["6.5.3"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(e)]
package palisade.separation.environments_apart

import data.palisade.lib.words

verdict := {
	"status": "fail",
	"message": sprintf("The data of %d environments lies in one account: %s.", [count(known), concat("; ", examples)]),
} if {
	count(known) > 1
} else := {
	"status": "not_applicable",
	"message": sprintf("The account holds no data to judge: %s.", [words.closed_account]),
} if {
	words.closed_account
} else := {
	"status": "unknown",
	"message": "The account was not scanned, so that nobody knows what data it holds.",
} if {
	not input.subject.scanned == true
} else := {
	"status": "unknown",
	"message": "No data was found, but not everything could be listed.",
} if {
	input.subject.data_resources == 0
	words.unread(words.data_lists)
} else := {
	"status": "not_applicable",
	"message": "The account holds no data.",
} if {
	input.subject.data_resources == 0
} else := {
	"status": "unknown",
	"message": sprintf("The environment of %s is not known%s: tag them, or name it in [environments].", [
		words.counted(input.subject.data_environment_unknown, "data resource"),
		beside,
	]),
} if {
	input.subject.data_environment_unknown > 0
	input.subject.data_resources > 1
} else := {
	"status": "pass",
	"message": sprintf("All %s of the account are of one environment, %s.", [words.counted(input.subject.data_resources, "data resource"), known[0]]),
} if {
	count(known) == 1
	input.subject.data_environment_unknown == 0
} else := {
	"status": "pass",
	"message": "The account holds a single data resource, which cannot be mixed with others.",
} if {
	input.subject.data_resources == 1
	count(known) == 0
}

known := sort([environment | some environment, n in input.subject.data_environments; n > 0])

examples := [sprintf("%s (%d, such as %s)", [environment, input.subject.data_environments[environment], example]) |
	some environment in known
	example := object.get(input.subject.data_examples, environment, "one not named")
]

beside := sprintf(" beside %s", [concat(", ", known)]) if {
	count(known) > 0
} else := ""
