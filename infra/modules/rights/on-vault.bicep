// Gives one identity roles on a key vault.
targetScope = 'resourceGroup'

import { grant } from '../../types.bicep'

@description('Object id of the identity.')
param principalId string

@description('Name of the key vault.')
param vaultName string

@description('The roles.')
param grants grant[]

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for granted in grants: {
    scope: vault
    name: guid(vault.id, principalId, granted.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', granted.role)
      condition: granted.?condition
      conditionVersion: contains(granted, 'condition') ? '2.0' : null
    }
  }
]
