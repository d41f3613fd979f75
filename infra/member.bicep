// One member's identity. It exists before the member's VM does, so that its role on the member's own secret has
// taken effect by the time the VM boots.
targetScope = 'resourceGroup'

import { tagSet } from 'types.bicep'

@description('The member\'s key: all names derive from it.')
@minLength(10)
@maxLength(10)
param key string

@description('Azure region.')
param location string = resourceGroup().location

@description('Name of the environment, for tags.')
@minLength(1)
@maxLength(20)
param environment string = 'dev'

@description('The member\'s name, for tags.')
@minLength(1)
@maxLength(256)
param ownerName string

@description('Further tags.')
param tags tagSet = {}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'openclaw-${key}'
  location: location
  tags: union(tags, {
    project: 'openclaw'
    environment: environment
    owner: ownerName
    key: key
  })
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Object id, which roles are assigned to.')
output principalId string = identity.properties.principalId

@description('Application id, which the VM names when it asks for a token.')
output clientId string = identity.properties.clientId
