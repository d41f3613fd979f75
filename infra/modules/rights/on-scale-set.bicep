// Gives one identity roles on a scale set.
targetScope = 'resourceGroup'

import { grant } from '../../types.bicep'

@description('Object id of the identity.')
param principalId string

@description('Name of the scale set.')
param scaleSetName string

@description('The roles.')
param grants grant[]

resource scaleSet 'Microsoft.Compute/virtualMachineScaleSets@2026-04-01' existing = {
  name: scaleSetName
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for granted in grants: {
    scope: scaleSet
    name: guid(scaleSet.id, principalId, granted.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', granted.role)
    }
  }
]
