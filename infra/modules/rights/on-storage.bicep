// Gives one identity roles on the data of a storage account.
targetScope = 'resourceGroup'

import { grant } from '../../types.bicep'

@description('Object id of the identity.')
param principalId string

@description('Name of the storage account.')
param storageAccountName string

@description('The roles.')
param grants grant[]

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageAccountName
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for granted in grants: {
    scope: account
    name: guid(account.id, principalId, granted.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', granted.role)
    }
  }
]
