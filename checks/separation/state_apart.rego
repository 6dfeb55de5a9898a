# METADATA
# title: Terraform state lies in another account than the data it manages
# description: >-
#   Where state and data lie in one account, whoever destroys the one destroys the map to rebuild it as well. States lie
#   in an account of their own, or of deployment.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3
# custom:
#   id: separation-state-apart
#   layer: separation
#   severity: medium
#   subject: state_bucket
#   needs: [s3.buckets, state.objects, state.content, rds.db_instances, rds.db_clusters, dynamodb.tables]
#   evidence: each
#   facts: [states, manages_data_here]
#   remediation:
#     terraform: |
#       terraform {
#         backend "s3" {
#           bucket       = "states-of-the-deployment-account"
#           key          = "shop/prod.tfstate"
#           region       = "eu-central-1"
#           use_lockfile = true
#         }
#       }
#     cli: |
#       terraform init -migrate-state
#   frameworks:
#     nist_800_53_r5: [AC-5, CP-6(1), CP-9(3)]
#     nist_csf_2_0: [PR.IR-01]
#     iso_27001_2022: [A.5.3, A.8.9]
#     soc2_tsc_2017: [CC6.1, CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(e)]
package palisade.separation.state_apart

import data.palisade.lib.words

verdict := {
	"status": "pass",
	"message": sprintf("The bucket holds %s, none of which manages data of this account.", [words.counted(input.subject.states, "state")]),
} if {
	count(here) == 0
} else := {
	"status": "fail",
	"message": sprintf("The bucket lies beside the data that its states manage: %s.", [words.some_of(input.subject.manages_data_here)]),
} if {
	count(here) > 0
}

here := input.subject.manages_data_here if is_array(input.subject.manages_data_here)
