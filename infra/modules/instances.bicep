// What all instances share: the network, the scale set, the identity that every VM starts with.
targetScope = 'resourceGroup'

import { tagSet } from '../types.bicep'

@description('Azure region.')
param location string

@description('Tags of everything.')
param tags tagSet

@description('Range of the virtual network.')
param networkRange string

@description('Range of the subnet.')
param subnetRange string

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' = {
  name: 'openclaw-network'
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [networkRange]
    }
    subnets: [
      {
        // Each instance has its own network rules, and a public address for outgoing traffic.
        name: 'instances'
        properties: {
          addressPrefix: subnetRange
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

// An empty frame: VMs are created one by one, each for its member, and join it. Azure never adds or removes any.
resource scaleSet 'Microsoft.Compute/virtualMachineScaleSets@2026-04-01' = {
  name: 'openclaw-set'
  location: location
  tags: tags
  properties: {
    orchestrationMode: 'Flexible'
    singlePlacementGroup: false
    platformFaultDomainCount: 1
  }
}

// On all VMs: reads the shared secret and the archive. It is in this group so that the bot may assign it.
resource bootIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'openclaw-boot'
  location: location
  tags: tags
}

@description('Resource id of the scale set.')
output scaleSetId string = scaleSet.id

@description('Name of the scale set.')
output scaleSetName string = scaleSet.name

@description('Resource id of the subnet.')
output subnetId string = network.properties.subnets[0].id

@description('Resource id of the identity.')
output bootIdentityId string = bootIdentity.id

@description('Object id of the identity.')
output bootPrincipalId string = bootIdentity.properties.principalId
