// Everything that the bot's identity may do in Azure; nothing else grants it anything, except for the one secret with its
// Discord token. test/bot/rights.slow.test.ts shows that each entry is needed and that none is missing.
targetScope = 'subscription'

@description('Object id of the bot\'s identity.')
@minLength(36)
param principalId string

@description('Name of the environment. Names of roles must be unique in a tenant, so it is part of them.')
@minLength(1)
@maxLength(20)
param environment string = 'dev'

@description('Group of the instances.')
param instancesGroup string

@description('Name of the scale set, in that group.')
param scaleSetName string

@description('Group of the snapshots.')
param backupGroup string

@description('Group of the bot itself.')
param botGroup string

@description('Name of the key vault, in the bot\'s group.')
param vaultName string

@description('Name of the bot\'s storage account, in the bot\'s group.')
param storageAccountName string

// Built-in roles (Microsoft Learn, "Azure built-in roles", August 2026).
var virtualMachineUserLogin = 'fb879df8-f326-4884-b1cf-06f3ad86be52'
var virtualMachineAdministratorLogin = '1c0163c0-47e6-4577-8991-ea5c82e286e4'
var keyVaultSecretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
// What the Functions host requires (Microsoft Learn, "Connecting to host storage with an identity"), and the bot's tables.
var storageRoles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

var suffix = uniqueString(subscription().id, environment)

// Quota, sizes and image versions are read at the subscription.
resource reader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environment, 'offers and quota')
  properties: {
    roleName: 'OpenClaw bot: offers and quota (${suffix})'
    description: 'Reads sizes, image versions and quota.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: [
          'Microsoft.Compute/skus/read'
          'Microsoft.Compute/locations/*/read'
        ]
      }
    ]
  }
}

// A deployment reads everything it creates and links to, more than requests show; so all reads are allowed.
resource builder 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environment, 'instances')
  properties: {
    roleName: 'OpenClaw bot: instances (${suffix})'
    description: 'Builds, runs and removes instances.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: [
          '*/read'
          'Microsoft.Resources/deployments/*'
          'Microsoft.Compute/virtualMachines/write'
          'Microsoft.Compute/virtualMachines/delete'
          'Microsoft.Compute/virtualMachines/start/action'
          'Microsoft.Compute/virtualMachines/restart/action'
          'Microsoft.Compute/virtualMachines/deallocate/action'
          'Microsoft.Compute/virtualMachines/runCommands/write'
          'Microsoft.Compute/virtualMachines/runCommands/delete'
          'Microsoft.Compute/virtualMachines/extensions/write'
          'Microsoft.Compute/virtualMachines/extensions/delete'
          'Microsoft.Compute/disks/write'
          'Microsoft.Compute/disks/delete'
          'Microsoft.Compute/disks/beginGetAccess/action'
          'Microsoft.Network/networkInterfaces/write'
          'Microsoft.Network/networkInterfaces/delete'
          'Microsoft.Network/networkInterfaces/join/action'
          'Microsoft.Network/networkSecurityGroups/write'
          'Microsoft.Network/networkSecurityGroups/delete'
          'Microsoft.Network/networkSecurityGroups/join/action'
          'Microsoft.Network/networkSecurityGroups/securityRules/write'
          'Microsoft.Network/networkSecurityGroups/securityRules/delete'
          'Microsoft.Network/publicIPAddresses/write'
          'Microsoft.Network/publicIPAddresses/delete'
          'Microsoft.Network/publicIPAddresses/join/action'
          'Microsoft.Network/virtualNetworks/subnets/join/action'
          'Microsoft.ManagedIdentity/userAssignedIdentities/write'
          'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'
        ]
      }
    ]
  }
}

// A VM that joins a set changes it. This right covers only the one set, so the bot can't create another.
resource joiner 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environment, 'scale set')
  properties: {
    roleName: 'OpenClaw bot: scale set (${suffix})'
    description: 'Attaches instances to the scale set.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: ['Microsoft.Compute/virtualMachineScaleSets/write']
      }
    ]
  }
}

resource keeper 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environment, 'backups')
  properties: {
    roleName: 'OpenClaw bot: backups (${suffix})'
    description: 'Creates, reads and removes snapshots, and checks its own rights.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: [
          'Microsoft.Authorization/permissions/read'
          'Microsoft.Compute/snapshots/read'
          'Microsoft.Compute/snapshots/write'
          'Microsoft.Compute/snapshots/delete'
          'Microsoft.Compute/snapshots/beginGetAccess/action'
        ]
      }
    ]
  }
}

// These two always come with a condition, below.
resource concierge 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environment, 'logins')
  properties: {
    roleName: 'OpenClaw bot: logins (${suffix})'
    description: 'Gives people login roles and removes them.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: [
          'Microsoft.Authorization/roleAssignments/write'
          'Microsoft.Authorization/roleAssignments/delete'
        ]
      }
    ]
  }
}

resource keyHolder 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environment, 'own secrets')
  properties: {
    roleName: 'OpenClaw bot: own secrets (${suffix})'
    description: 'Gives a member\'s identity access to that member\'s own secret.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: [
          'Microsoft.Authorization/permissions/read'
          'Microsoft.Authorization/roleAssignments/read'
          'Microsoft.Authorization/roleAssignments/write'
        ]
      }
    ]
  }
}

// Never the value of a secret.
resource locksmith 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environment, 'secrets')
  properties: {
    roleName: 'OpenClaw bot: secrets without their values (${suffix})'
    description: 'Lists, sets and recovers secrets, and reads none.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        dataActions: [
          'Microsoft.KeyVault/vaults/secrets/readMetadata/action'
          'Microsoft.KeyVault/vaults/secrets/setSecret/action'
          'Microsoft.KeyVault/vaults/secrets/recover/action'
        ]
      }
    ]
  }
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, reader.name)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reader.id
  }
}

// Conditions only see the body of the request, so it must say what type of principal gets the role.
var write = '(!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'}))'
var delete = '(!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'}))'
var givenRole = '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals'
var givenTo = '@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAllValues:GuidNotEquals'
var givenToType = '@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase'
// When an assignment is removed, only the role is checked, so that nothing of a deleted principal stays behind.
var takenRole = '@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals'

var logins = '{${virtualMachineUserLogin}, ${virtualMachineAdministratorLogin}}'
var loginsOfPeople = join(
  [
    '(${write} OR (${givenRole} ${logins} AND ${givenToType} {\'User\'}))'
    '(${delete} OR (${takenRole} ${logins}))'
  ],
  ' AND '
)

// A VM's identity gets its own secret. If the bot could assign the role to itself, it could read them all.
var secrets = '{${keyVaultSecretsOfficer}}'
var secretsOfIdentities = '(${write} OR (${givenRole} ${secrets} AND ${givenToType} {\'ServicePrincipal\'} AND ${givenTo} {${principalId}}))'

module onInstances 'rights/on-group.bicep' = {
  scope: resourceGroup(instancesGroup)
  params: {
    principalId: principalId
    grants: [
      { role: builder.name }
      { role: concierge.name, condition: loginsOfPeople }
    ]
  }
}

module onScaleSet 'rights/on-scale-set.bicep' = {
  scope: resourceGroup(instancesGroup)
  params: {
    principalId: principalId
    scaleSetName: scaleSetName
    grants: [{ role: joiner.name }]
  }
}

module onBackups 'rights/on-group.bicep' = {
  scope: resourceGroup(backupGroup)
  params: {
    principalId: principalId
    grants: [{ role: keeper.name }]
  }
}

module onVault 'rights/on-vault.bicep' = {
  scope: resourceGroup(botGroup)
  params: {
    principalId: principalId
    vaultName: vaultName
    grants: [
      { role: locksmith.name }
      { role: keyHolder.name, condition: secretsOfIdentities }
    ]
  }
}

module onStorage 'rights/on-storage.bicep' = {
  scope: resourceGroup(botGroup)
  params: {
    principalId: principalId
    storageAccountName: storageAccountName
    grants: map(items(storageRoles), item => { role: item.value })
  }
}
