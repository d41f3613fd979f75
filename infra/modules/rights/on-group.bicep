// Gives one identity roles on a resource group.
targetScope = 'resourceGroup'

import { grant } from '../../types.bicep'

@description('Object id of the identity.')
param principalId string

@description('The roles.')
param grants grant[]

// The principal is part of the name: a new identity of the same name gets its own assignments, because Azure refuses to
// move an existing one to another principal.
resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for granted in grants: {
    name: guid(resourceGroup().id, principalId, granted.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', granted.role)
      condition: granted.?condition
      conditionVersion: contains(granted, 'condition') ? '2.0' : null
    }
  }
]
