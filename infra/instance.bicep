// One member's instance: their own VM with its network card, public address, network rules and home disk.
// Deployed once per generation. An existing VM is never deployed again with a newer template: Azure refuses
// changes to first-boot data, key and image.
targetScope = 'resourceGroup'

import { tagSet } from 'types.bicep'

@description('The member\'s key: all names derive from it.')
@minLength(10)
@maxLength(10)
param key string

@description('Azure region; that of the scale set and the subnet.')
param location string = resourceGroup().location

@description('Id of the operation that creates this instance.')
@minLength(1)
@maxLength(256)
param generation string

@description('Name of the run command that waits until OpenClaw answers. Each attempt needs a new name: a command that has run under a name doesn\'t run again, and a running one must not be replaced.')
@minLength(1)
@maxLength(64)
param gateName string

@description('Entra object id of the member.')
@minLength(36)
@maxLength(36)
param ownerObjectId string

@description('The member\'s name, for tags.')
@minLength(1)
@maxLength(256)
param ownerName string

@description('What the member may do on the VM: sign in, or sign in and use sudo.')
@allowed(['user', 'administrator'])
param loginRole string = 'user'

@description('VM size.')
@minLength(1)
param vmSize string = 'Standard_B2als_v2'

@description('Break-glass account: has sudo, so it must not be the agent\'s own account.')
@minLength(1)
@maxLength(32)
param adminUsername string = 'azureuser'

@description('SSH public key of the break-glass account; Azure refuses a VM without one.')
@minLength(1)
param sshPublicKey string

@description('Exact version of Canonical\'s Ubuntu 24.04 image, such as 24.04.202608010.')
@minLength(5)
param imageVersion string

@description('Create the home disk, mount the existing one, or create it from a snapshot.')
@allowed(['create', 'existing', 'restore'])
param homeDisk string = 'create'

@description('Resource id of the snapshot to create the home disk from when it is restored. The disk then has the snapshot\'s size.')
param homeDiskSnapshotId string = ''

@description('Size of a new home disk in GiB.')
@minValue(4)
@maxValue(4095)
param homeDiskSizeGb int = 30

@description('Type of a new home disk.')
@allowed(['Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS'])
param homeDiskSku string = 'StandardSSD_LRS'

@description('Resource id of the Flexible scale set.')
param scaleSetId string

@description('Attach the VM to the scale set.')
param attachToScaleSet bool = true

@description('Resource id of the subnet.')
param subnetId string

@description('Resource id of the member\'s identity, which reads and writes the member\'s own secret.')
param memberIdentityId string

@description('Application id of the member\'s identity.')
param memberIdentityClientId string

@description('Resource id of the identity that all instances share, which reads the shared secret and the archive.')
param bootIdentityId string

@description('Application id of the shared identity.')
param bootIdentityClientId string

@description('Address of the key vault.')
param keyVaultUri string

@description('Name of the secret that all instances read.')
@minLength(1)
@maxLength(127)
param sharedSecretName string = 'openclaw-shared'

@description('Name of the member\'s own secret.')
@minLength(1)
@maxLength(127)
param memberSecretName string = 'openclaw-${key}'

@description('Port of the gateway on the VM\'s loopback interface.')
@minValue(1024)
@maxValue(65535)
param openclawPort int = 18789

@description('Name of the environment, for tags.')
@minLength(1)
@maxLength(20)
param environment string = 'dev'

@description('Further tags.')
param tags tagSet = {}

@description('locked: nobody can reach SSH until the bot opens it for an address. open: any address can reach SSH.')
@allowed(['locked', 'open'])
param networkPolicy string = 'locked'

@description('Blob with Node and OpenClaw; empty: from npm.')
param archiveUrl string = ''

@description('SHA-256 of that blob in hex; empty: not checked.')
param archiveSha256 string = ''

@description('Also install pnpm and the Claude Code command line, once the gateway runs.')
param extras bool = true

var name = 'openclaw-${key}'
var ownTags = union(tags, {
  project: 'openclaw'
  environment: environment
  owner: ownerName
  key: key
})

// Built-in roles: Virtual Machine User Login, Virtual Machine Administrator Login.
var loginRoleIds = {
  user: 'fb879df8-f326-4884-b1cf-06f3ad86be52'
  administrator: '1c0163c0-47e6-4577-8991-ea5c82e286e4'
}
var loginRoleId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', loginRoleIds[loginRole])

var settings = {
  adminUsername: adminUsername == 'openclaw'
    ? fail('adminUsername must not be openclaw: that account has no rights, on purpose.')
    : adminUsername
  archiveSha256: archiveSha256
  archiveUrl: archiveUrl
  bootIdentityClientId: bootIdentityClientId
  extras: extras
  keyVaultUri: keyVaultUri
  memberIdentityClientId: memberIdentityClientId
  memberSecretName: memberSecretName
  openclawPort: openclawPort
  sharedSecretName: sharedSecretName
}

// The first-boot file with its parts filled in: { mark: content in base64 }.
var port = string(openclawPort)
var firstBootParts = {
  'boot.sh': loadFileAsBase64('../cloud-init/boot.sh')
  'doctor.sh': loadFileAsBase64('../cloud-init/doctor.sh')
  homeDisk: base64(homeDisk)
  'install-from-npm.py': loadFileAsBase64('../cloud-init/install-from-npm.py')
  'install.sh': loadFileAsBase64('../cloud-init/install.sh')
  'keys.py': loadFileAsBase64('../cloud-init/keys.py')
  'openclaw-key.sh': loadFileAsBase64('../cloud-init/openclaw-key.sh')
  'openclaw-secrets.service': loadFileAsBase64('../cloud-init/openclaw-secrets.service')
  'openclaw.json': base64(replace(loadTextContent('../cloud-init/openclaw.json'), '@@port@@', port))
  'openclaw.service': base64(replace(loadTextContent('../cloud-init/openclaw.service'), '@@port@@', port))
  'openclaw.sh': loadFileAsBase64('../cloud-init/openclaw.sh')
  'own-home.sh': loadFileAsBase64('../cloud-init/own-home.sh')
  'packages.zst': loadFileAsBase64('../cloud-init/openclaw/packages.zst')
  'settings.json': base64(string(settings))
  sudoers: loadFileAsBase64('../cloud-init/sudoers')
}
var customData = base64(reduce(
  items(firstBootParts),
  loadTextContent('../cloud-init/first-boot.yaml'),
  (text, part) => replace(text, '@@${part.key}@@', part.value)
))

var lockedRules = [
  {
    // Azure's defaults let in every VM on the network; a member's VM is for that member alone.
    name: 'deny-inbound'
    properties: {
      priority: 4096
      direction: 'Inbound'
      access: 'Deny'
      protocol: '*'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: '*'
      destinationPortRange: '*'
    }
  }
]
var openRules = [
  {
    name: 'ssh-open'
    properties: {
      priority: 200
      direction: 'Inbound'
      access: 'Allow'
      protocol: 'Tcp'
      sourceAddressPrefix: '*'
      sourcePortRange: '*'
      destinationAddressPrefix: '*'
      destinationPortRange: '22'
    }
  }
]

// While SSH is open for an address, the bot keeps one more rule here: `ssh`, priority 100.
resource networkSecurityGroup 'Microsoft.Network/networkSecurityGroups@2026-01-01' = {
  name: '${name}-nsg'
  location: location
  tags: ownTags
  properties: {
    securityRules: networkPolicy == 'open' ? concat(openRules, lockedRules) : lockedRules
  }
}

resource publicIp 'Microsoft.Network/publicIPAddresses@2026-01-01' = {
  name: '${name}-ip'
  location: location
  tags: ownTags
  sku: {
    name: 'Standard'
    tier: 'Regional'
  }
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
    idleTimeoutInMinutes: 30
  }
}

resource networkInterface 'Microsoft.Network/networkInterfaces@2026-01-01' = {
  name: '${name}-nic'
  location: location
  tags: ownTags
  properties: {
    networkSecurityGroup: {
      id: networkSecurityGroup.id
    }
    ipConfigurations: [
      {
        name: 'primary'
        properties: {
          primary: true
          privateIPAllocationMethod: 'Dynamic'
          subnet: {
            id: subnetId
          }
          publicIPAddress: {
            id: publicIp.id
            properties: {
              deleteOption: 'Delete'
            }
          }
        }
      }
    ]
  }
}

resource newHomeDisk 'Microsoft.Compute/disks@2026-03-02' = if (homeDisk != 'existing') {
  name: '${name}-home'
  location: location
  tags: ownTags
  sku: {
    name: homeDiskSku
  }
  properties: {
    creationData: homeDisk == 'restore'
      ? {
          createOption: 'Copy'
          sourceResourceId: homeDiskSnapshotId
        }
      : {
          createOption: 'Empty'
        }
    diskSizeGB: homeDisk == 'restore' ? null : homeDiskSizeGb
    publicNetworkAccess: 'Disabled'
    networkAccessPolicy: 'DenyAll'
  }
}

var homeDiskId = resourceId('Microsoft.Compute/disks', '${name}-home')

resource vm 'Microsoft.Compute/virtualMachines@2026-04-01' = {
  name: name
  location: location
  tags: union(ownTags, { generation: generation })
  identity: {
    // The Entra sign-in extension requires the system-assigned one.
    type: 'SystemAssigned, UserAssigned'
    userAssignedIdentities: {
      '${memberIdentityId}': {}
      '${bootIdentityId}': {}
    }
  }
  properties: {
    virtualMachineScaleSet: attachToScaleSet ? { id: scaleSetId } : null
    hardwareProfile: {
      vmSize: vmSize
    }
    securityProfile: {
      securityType: 'TrustedLaunch'
      uefiSettings: {
        secureBootEnabled: true
        vTpmEnabled: true
      }
    }
    storageProfile: {
      imageReference: {
        publisher: 'Canonical'
        offer: 'ubuntu-24_04-lts'
        sku: 'server'
        version: imageVersion
      }
      osDisk: {
        name: '${name}-os'
        createOption: 'FromImage'
        deleteOption: 'Delete'
        diskSizeGB: 30
        managedDisk: {
          storageAccountType: 'StandardSSD_LRS'
        }
      }
      dataDisks: [
        {
          lun: 0
          createOption: 'Attach'
          deleteOption: 'Detach'
          managedDisk: {
            id: homeDiskId
          }
        }
      ]
    }
    osProfile: {
      computerName: name
      adminUsername: adminUsername
      customData: customData
      allowExtensionOperations: true
      linuxConfiguration: {
        disablePasswordAuthentication: true
        provisionVMAgent: true
        ssh: {
          publicKeys: [
            {
              path: '/home/${adminUsername}/.ssh/authorized_keys'
              keyData: sshPublicKey
            }
          ]
        }
      }
    }
    networkProfile: {
      networkInterfaces: [
        {
          id: networkInterface.id
          properties: {
            primary: true
            deleteOption: 'Delete'
          }
        }
      ]
    }
    diagnosticsProfile: {
      bootDiagnostics: {
        enabled: true
      }
    }
  }
  dependsOn: [newHomeDisk]
}

// `az ssh vm` reads all three, so the member's role is assigned on each.
resource loginOnVm 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vm
  name: guid(vm.id, ownerObjectId, loginRoleId)
  properties: {
    principalId: ownerObjectId
    principalType: 'User'
    roleDefinitionId: loginRoleId
  }
}

resource loginOnNetworkInterface 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: networkInterface
  name: guid(networkInterface.id, ownerObjectId, loginRoleId)
  properties: {
    principalId: ownerObjectId
    principalType: 'User'
    roleDefinitionId: loginRoleId
  }
}

resource loginOnPublicIp 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: publicIp
  name: guid(publicIp.id, ownerObjectId, loginRoleId)
  properties: {
    principalId: ownerObjectId
    principalType: 'User'
    roleDefinitionId: loginRoleId
  }
}

resource entraLogin 'Microsoft.Compute/virtualMachines/extensions@2026-04-01' = {
  parent: vm
  name: 'AADSSHLoginForLinux'
  location: location
  tags: ownTags
  properties: {
    publisher: 'Microsoft.Azure.ActiveDirectory'
    type: 'AADSSHLoginForLinux'
    typeHandlerVersion: '1.0'
    autoUpgradeMinorVersion: true
  }
}

// The gate: the deployment succeeds only when the gateway on the VM answers.
resource gate 'Microsoft.Compute/virtualMachines/runCommands@2026-04-01' = {
  parent: vm
  name: gateName
  location: location
  tags: ownTags
  properties: {
    source: {
      script: loadTextContent('../cloud-init/ready.sh')
    }
    timeoutInSeconds: 1500
    treatFailureAsDeploymentFailure: true
  }
  dependsOn: [entraLogin]
}

@description('Resource id of the VM.')
output vmId string = vm.id

@description('The instance\'s public IPv4 address.')
output publicIp string = publicIp.properties.ipAddress

@description('Resource id of the home disk.')
output homeDiskId string = homeDiskId
