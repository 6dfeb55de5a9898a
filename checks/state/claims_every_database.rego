# METADATA
# title: One remote state owns every piece of production data
# description: >-
#   Data that no remote state claims is managed from a laptop or by hand, and nobody sees what the next apply does to
#   it; data that two states claim is destroyed by either. Exactly one remote state claims it with a managed instance –
#   a data source never claims – or a CloudFormation stack does. What [state.external] says is managed elsewhere cannot
#   be seen from here, and is unknown.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/state/remote
#   - ref: https://developer.hashicorp.com/terraform/language/import
# custom:
#   id: state-claims-every-database
#   layer: state
#   severity: critical
#   severity_outside_production: medium
#   subject: [db_instance, db_cluster, dynamodb_table, s3_bucket]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tags
#     - organization.account_tags
#     - s3.bucket_tags
#     - s3.buckets
#     - dynamodb.tables
#     - state.lock_items
#     - state.objects
#     - state.content
#     - state.claims
#   evidence: exists
#   facts: [claims, managed_by]
#   remediation:
#     note: >-
#       Import it into the one state that shall own it, and take it out of every other.
#     terraform: |
#       import {
#         to = aws_db_instance.main
#         id = "DB_IDENTIFIER"
#       }
#     cli: |
#       terraform import aws_db_instance.main DB_IDENTIFIER
#       terraform state rm ADDRESS # in every other state that claims it; destroys nothing
#   frameworks:
#     nist_800_53_r5: [CM-2, CM-8]
#     nist_csf_2_0: [ID.AM-08, PR.PS-01]
#     cis_controls_8_1: ["4.1"]
#     iso_27001_2022: [A.5.9, A.8.9]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 8(1)]
#     nis2: [Art. 21(2)(i)]
package palisade.state.claims_every_database

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("This member belongs to the cluster %s, which is judged.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "not_applicable",
	"message": sprintf("This is not production data: %s.", [words.no_production_data]),
} if {
	words.no_production_data
} else := {
	"status": "fail",
	"message": sprintf("%d instances in Terraform states claim it, and a destroy of any takes it: %s.", [
		count(claimants),
		words.some_of(claimants),
	]),
} if {
	count(claimants) > 1
} else := {
	"status": "fail",
	"message": sprintf("Both the CloudFormation stack %s and Terraform (%s) claim it; either destroys it.", [
		input.subject.managed_by.stack,
		claimants[0],
	]),
} if {
	count(claimants) == 1
	input.subject.managed_by.kind == "cloud_formation"
} else := {
	"status": "unknown",
	"message": sprintf("One state that was read claims it (%s), but a state that was found and not read may claim it too.", [claimants[0]]),
} if {
	count(claimants) == 1
	words.unread({"state.content"})
} else := {
	"status": "pass",
	"message": sprintf("Exactly one remote state claims it: %s.", [claimants[0]]),
} if {
	count(claimants) == 1
} else := {
	"status": "unknown",
	"message": sprintf("[state.external] says that %s manages it, where palisade cannot look.", [input.subject.managed_by.what]),
} if {
	count(claimants) == 0
	input.subject.managed_by.kind == "external"
} else := {
	"status": "unknown",
	"message": sprintf("The CloudFormation stack %s claims it, but a state that was found and not read may claim it too.", [input.subject.managed_by.stack]),
} if {
	count(claimants) == 0
	input.subject.managed_by.kind == "cloud_formation"
	words.unread({"state.content"})
} else := {
	"status": "pass",
	"message": sprintf("The CloudFormation stack %s claims it, and no Terraform state does.", [input.subject.managed_by.stack]),
} if {
	count(claimants) == 0
	input.subject.managed_by.kind == "cloud_formation"
} else := {
	"status": "fail",
	"message": "No remote state claims it: it is managed from a laptop, by hand, or not at all.",
} if {
	count(claimants) == 0
	is_null(input.subject.managed_by)
}

claims := input.subject.claims if is_array(input.subject.claims)

claimants := [sprintf("%s in %s", [claim.address, claim.state]) | some claim in claims] if claims
