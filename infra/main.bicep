// Everything that is there before the first member comes: three resource groups, the bot and what it needs, the network
// and the scale set that instances join. What belongs to one member the bot deploys (member.bicep, instance.bicep).
targetScope = 'subscription'

import { isDiscordId, isMadeOf, isObjectId } from 'checks.bicep'
import { settingSet } from 'types.bicep'

// The names of role assignments hold who gets them, since Azure never gives one to somebody else; so `what-if` can't tell
// those names before the identities exist. All else it can.
#disable-diagnostics what-if-short-circuiting

@description('Name of the environment; with azd, that of the azd environment. Lower-case letters, digits and hyphens.')
@minLength(1)
@maxLength(20)
param environment string = 'dev'

@description('Azure region.')
@minLength(1)
param location string = 'eastus2'

@description('Resource group of the instances.')
@minLength(1)
@maxLength(90)
param resourceGroupName string = 'openclaw-rg'

@description('Resource group of the bot. The bot has no right to change anything in it.')
@minLength(1)
@maxLength(90)
param botResourceGroupName string = 'openclaw-bot-rg'

@description('Resource group of the snapshots, which outlive the other two.')
@minLength(1)
@maxLength(90)
param backupResourceGroupName string = 'openclaw-backup-rg'

@description('Size of instances. All of these lack a temporary disk: Azure resizes no VM between sizes with and without.')
@allowed([
  'Standard_B2als_v2'
  'Standard_B2as_v2'
  'Standard_B4als_v2'
  'Standard_B4as_v2'
  'Standard_B8als_v2'
  'Standard_B8as_v2'
  'Standard_D2as_v5'
  'Standard_D4as_v5'
])
param vmSize string = environment == 'prod' ? 'Standard_B4as_v2' : 'Standard_B2als_v2'

@description('Break-glass account on each VM: has sudo. `openclaw` is the agent\'s own account, which has none.')
@minLength(1)
@maxLength(32)
param adminUsername string = 'azureuser'

@description('SSH public key of the break-glass account. Empty: each VM gets a key of its own whose private half is thrown away.')
param breakGlassPublicKey string = ''

@description('Port of the gateway on each VM\'s loopback interface.')
@minValue(1024)
@maxValue(65535)
param openclawPort int = 18789

@description('Size of a home disk in GiB.')
@minValue(4)
@maxValue(4095)
param homeDiskSizeGb int = 30

@description('Kind of a home disk.')
@allowed(['Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS'])
param homeDiskSku string = 'StandardSSD_LRS'

@description('locked: nobody reaches SSH until a member opens it for an address. open: any address reaches SSH.')
@allowed(['locked', 'open'])
param networkPolicy string = 'locked'

@description('Range of the virtual network.')
@minLength(9)
param networkRange string = '10.0.0.0/16'

@description('Range of the instances\' subnet; a /20 holds 4,000.')
@minLength(9)
param subnetRange string = '10.0.0.0/20'

@description('Who is an admin until the roster has one: `entra:<object id>` or `discord:<id>`, separated by commas.')
param bootstrapAdmins string = ''

@description('Who is an admin as long as this is set, whatever the roster says: the way back in for whoever runs the bot. Written as `bootstrapAdmins`.')
param recoveryAdmins string = ''

@description('Id of the Discord application. Empty: without Discord.')
param discordApplicationId string = ''

@description('Public key of the Discord application, 64 hexadecimal digits.')
param discordPublicKey string = ''

@description('Id of the Discord server.')
param discordGuildId string = ''

@description('Id of the Discord channel in which admins are told.')
param discordAdminChannelId string = ''

@description('The conversation in Teams in which admins are told (`19:…`); empty: they are not.')
param teamsAdminConversation string = ''

@description('Host of the tenant\'s SharePoint, such as contoso.sharepoint.com: there, and in OneDrive, is what people attach in Teams. Empty: the bot reads no attachment.')
param sharePointHost string = ''

@description('SHA-256 of the archive with Node and OpenClaw (npm run openclaw:package says it); empty: VMs take them from npm.')
@maxLength(64)
param archiveSha256 string = ''

@description('Install pnpm and the Claude Code command line on VMs as well, once the gateway runs.')
param extras bool = true

@description('Attach VMs to the scale set. Off: each stands alone, should the sign-in with Entra not work on VMs of a scale set.')
param attachToScaleSet bool = true

@description('Object id of who deploys (azd: AZURE_PRINCIPAL_ID): may set secrets and upload the archive. Empty: nobody gets that.')
param deployerPrincipalId string = ''

@description('What the deployer is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param deployerPrincipalType string = 'User'

@description('Instances that are always up for HTTP, since Discord waits three seconds. About $21 a month each; 0: none.')
@minValue(0)
@maxValue(10)
param alwaysReadyHttp int = 1

@description('Instances that are always up for the queue; without, a step may wait minutes. About $21 a month each; 0: none.')
@minValue(0)
@maxValue(10)
param alwaysReadyWork int = 1

@description('Proxies before the bot that are ours, by which it finds a member\'s address: Azure\'s own, and Front Door if it stands before that.')
@minValue(1)
@maxValue(9)
param trustedProxies int = 1

@description('Days for which a deleted secret or vault can be recovered. Can\'t be changed later.')
@minValue(7)
@maxValue(90)
param softDeleteDays int = 7

@description('Keeps deleted secrets and the vault from being purged before that. Can\'t be switched off again.')
param purgeProtection bool = true

@description('Who gets mail when an alert fires; empty: alerts show in the portal only.')
param alertEmail string = ''

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int = 30

// What is not said of these is no setting, and the bot's own default holds.

@description('For how many hours SSH is opened.')
@minValue(1)
@maxValue(168)
param accessHours int?

@description('For how many days a leaver\'s instance is kept.')
@minValue(1)
@maxValue(365)
param keepDays int?

@description('For how many days a snapshot is kept.')
@minValue(1)
@maxValue(365)
param backupDays int?

@description('How many nightly snapshots are kept; 0: none are made.')
@minValue(0)
@maxValue(30)
param nightlyKeep int?

@description('For how many days the audit is kept.')
@minValue(90)
@maxValue(3650)
param auditDays int?

@description('From how many addresses a member may open SSH at a time.')
@minValue(1)
@maxValue(20)
param mostAddresses int?

@description('How many backups that a member asks for are kept; 0: they may ask for none.')
@minValue(0)
@maxValue(50)
param mostBackups int?

@description('The hour (UTC) from which on a day\'s nightly backups are due.')
@minValue(0)
@maxValue(23)
param backupHour int?

@description('How many commands a member may send at once.')
@minValue(1)
@maxValue(10000)
param memberCalls int?

@description('How many more with each second.')
@minValue(1)
@maxValue(1000)
param memberCallsASecond int?

@description('How many commands an admin may send at once.')
@minValue(1)
@maxValue(10000)
param adminCalls int?

@description('How many more with each second.')
@minValue(1)
@maxValue(1000)
param adminCallsASecond int?

@description('How many commands strangers may send at once, all together.')
@minValue(1)
@maxValue(10000)
param strangerCalls int?

@description('How many more with each second.')
@minValue(1)
@maxValue(1000)
param strangerCallsASecond int?

// What the bot would refuse when it starts is refused here, before anything is made.
var checkedEnvironment = isMadeOf(environment, 'abcdefghijklmnopqrstuvwxyz0123456789-') && !startsWith(
    environment,
    '-'
  )
  ? environment
  : fail('environment must be lower-case letters, digits and hyphens, and begin with no hyphen.')

var checkedArchiveSha256 = isMadeOf(archiveSha256, '0123456789abcdef') && contains(
    [0, 64],
    length(archiveSha256)
  )
  ? archiveSha256
  : fail('archiveSha256 must be 64 hexadecimal digits in lower case: npm run openclaw:package says it.')

// In its own group the bot could rewrite itself, and what is to survive the instances would not survive them.
var groups = map([resourceGroupName, botResourceGroupName, backupResourceGroupName], group => toLower(group))
var checkedGroup = length(union(groups, [])) == 3 ? resourceGroupName : fail('resourceGroupName, botResourceGroupName and backupResourceGroupName must be three different groups.')

var network = parseCidr(networkRange)
var subnet = parseCidr(subnetRange)
var rangesAreWhole = networkRange == '${network.network}/${network.cidr}' && subnetRange == '${subnet.network}/${subnet.cidr}'
// Azure has no smaller subnet than a /29.
var subnetFits = subnet.cidr >= network.cidr && subnet.cidr <= 29 && parseCidr('${subnet.network}/${network.cidr}').network == network.network
var checkedSubnetRange = rangesAreWhole && subnetFits
  ? subnetRange
  : fail('networkRange and subnetRange must be such as 10.0.0.0/16 and 10.0.0.0/20, the second within the first and at most a /29.')

var admins = filter(
  map(split('${bootstrapAdmins},${recoveryAdmins}', ','), admin => trim(admin)),
  admin => admin != ''
)
var strangers = filter(admins, admin => !startsWith(admin, 'entra:') && !startsWith(admin, 'discord:'))
var entraIds = map(
  filter(admins, admin => startsWith(admin, 'entra:')),
  admin => toLower(substring(admin, 6))
)
var adminDiscordIds = map(
  filter(admins, admin => startsWith(admin, 'discord:')),
  admin => substring(admin, 8)
)
var wrongAdmins = concat(
  strangers,
  filter(entraIds, id => !isObjectId(id)),
  filter(adminDiscordIds, id => !isDiscordId(id))
)
var checkedBootstrapAdmins = empty(wrongAdmins)
  ? bootstrapAdmins
  : fail('bootstrapAdmins must be entra:<object id> or discord:<id>, separated by commas. So must recoveryAdmins.')

// The agent runs as `openclaw`, without sudo; Azure gives sudo to whoever is named here.
var isAccountName = isMadeOf(adminUsername, 'abcdefghijklmnopqrstuvwxyz0123456789_-') && !contains(
  '0123456789-',
  substring(adminUsername, 0, 1)
)
// What Azure refuses (REST "Virtual Machines – Create Or Update", osProfile.adminUsername, 2026-03-01), and the system's own.
var takenByAzure = 'administrator admin user user1 test user2 test1 user3 admin1 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5'
var takenBySystem = 'bin daemon games lp mail man news nobody proxy sshd sudo sync syslog uucp'
var takenNames = split('${takenByAzure} ${takenBySystem}', ' ')
var checkedAdminUsername = adminUsername == 'openclaw'
  ? fail('adminUsername must not be openclaw: that account has no rights on purpose.')
  : !isAccountName || contains(takenNames, adminUsername)
      ? fail('adminUsername must be lower-case letters, digits, _ and -, begin with a letter, and be no name that Azure or the system keeps.')
      : adminUsername

// ARM evaluates both sides of an `and`; so there is always a second part.
var keyParts = split('${trim(breakGlassPublicKey)} ', ' ')
var checkedBreakGlassPublicKey = trim(breakGlassPublicKey) == '' || (contains(
    ['ssh-ed25519', 'ssh-rsa'],
    keyParts[0]
  ) && startsWith(keyParts[1], 'AAAA'))
  ? trim(breakGlassPublicKey)
  : fail('breakGlassPublicKey must be an OpenSSH public key: ssh-ed25519 or ssh-rsa, then the key.')

// As they are pasted, white space may stand around them.
var discordParts = map(
  [discordApplicationId, discordPublicKey, discordGuildId, discordAdminChannelId],
  part => trim(part)
)
var usesDiscord = empty(join(discordParts, ''))
  ? false
  : contains(discordParts, '')
      ? fail('Discord needs all of discordApplicationId, discordPublicKey, discordGuildId and discordAdminChannelId.')
      : length(discordParts[1]) != 64 || !isMadeOf(toLower(discordParts[1]), '0123456789abcdef')
          ? fail('discordPublicKey must be 64 hexadecimal digits: General Information in the developer portal.')
          : empty(filter([discordParts[0], discordParts[2], discordParts[3]], id => !isDiscordId(id)))
              ? true
              : fail('discordApplicationId, discordGuildId and discordAdminChannelId must be 15 to 21 digits.')

var checkedTeamsAdminConversation = trim(teamsAdminConversation) == '' || startsWith(
    trim(teamsAdminConversation),
    '19:'
  )
  ? trim(teamsAdminConversation)
  : fail('teamsAdminConversation must be a conversation\'s id: 19:…')

var sharePoint = toLower(trim(sharePointHost))
var checkedSharePointHost = sharePoint == '' || (isMadeOf(
    sharePoint,
    'abcdefghijklmnopqrstuvwxyz0123456789-.'
  ) && contains(sharePoint, '.sharepoint'))
  ? sharePoint
  : fail('sharePointHost must be the host of the tenant\'s SharePoint, such as contoso.sharepoint.com.')

var checkedDeployerPrincipalId = deployerPrincipalId == '' || isObjectId(toLower(deployerPrincipalId))
  ? deployerPrincipalId
  : fail('deployerPrincipalId must be an object id: az ad signed-in-user show --query id.')

var suffix = uniqueString(subscription().id, checkedEnvironment)
var vaultName = 'openclaw-${suffix}'
var storageAccountName = 'openclaw${suffix}'
var appName = 'openclaw-${environment}-${suffix}'
var tags = {
  project: 'openclaw'
  environment: environment
  'azd-env-name': environment
}

resource instancesGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: checkedGroup
  location: location
  tags: tags
}

resource botGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: botResourceGroupName
  location: location
  tags: tags
}

resource backupGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: backupResourceGroupName
  location: location
  tags: tags
}

module instances 'modules/instances.bicep' = {
  scope: instancesGroup
  params: {
    location: location
    tags: tags
    networkRange: networkRange
    subnetRange: checkedSubnetRange
  }
}

module identity 'modules/bot-identity.bicep' = {
  scope: botGroup
  params: {
    location: location
    tags: tags
  }
}

module vault 'modules/vault.bicep' = {
  scope: botGroup
  params: {
    name: vaultName
    location: location
    tags: tags
    softDeleteDays: softDeleteDays
    purgeProtection: purgeProtection
    botPrincipalId: identity.outputs.principalId
    bootPrincipalId: instances.outputs.bootPrincipalId
    deployerPrincipalId: checkedDeployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
  }
}

module storage 'modules/storage.bicep' = {
  scope: botGroup
  params: {
    name: storageAccountName
    location: location
    tags: tags
    bootPrincipalId: instances.outputs.bootPrincipalId
    deployerPrincipalId: checkedDeployerPrincipalId
    deployerPrincipalType: deployerPrincipalType
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: botGroup
  params: {
    name: appName
    location: location
    tags: tags
    logDays: logDays
    alertEmail: alertEmail
    botPrincipalId: identity.outputs.principalId
  }
}

module rights 'modules/bot-rights.bicep' = {
  params: {
    principalId: identity.outputs.principalId
    environment: environment
    instancesGroup: instancesGroup.name
    scaleSetName: instances.outputs.scaleSetName
    backupGroup: backupGroup.name
    botGroup: botGroup.name
    vaultName: vaultName
    storageAccountName: storageAccountName
  }
  dependsOn: [storage, vault]
}

var discordSettings = !usesDiscord
  ? {}
  : {
      DISCORD_APPLICATION_ID: discordParts[0]
      DISCORD_PUBLIC_KEY: discordParts[1]
      DISCORD_TOKEN_SECRET: vault.outputs.discordTokenSecret
      DISCORD_GUILD_ID: discordParts[2]
      DISCORD_ADMIN_CHANNEL_ID: discordParts[3]
    }

var optional = {
  ACCESS_HOURS: accessHours
  KEEP_DAYS: keepDays
  BACKUP_DAYS: backupDays
  NIGHTLY_KEEP: nightlyKeep
  AUDIT_DAYS: auditDays
  MOST_ADDRESSES: mostAddresses
  MOST_BACKUPS: mostBackups
  BACKUP_HOUR: backupHour
  MEMBER_CALLS: memberCalls
  MEMBER_CALLS_A_SECOND: memberCallsASecond
  ADMIN_CALLS: adminCalls
  ADMIN_CALLS_A_SECOND: adminCallsASecond
  STRANGER_CALLS: strangerCalls
  STRANGER_CALLS_A_SECOND: strangerCallsASecond
}
var optionalSettings = toObject(
  filter(items(optional), setting => setting.?value != null),
  setting => setting.key,
  setting => string(setting.?value)
)

// What the bot reads from its environment (bot/config.ts); the Discord token it reads from the vault.
var botSettings = {
  AZURE_CLIENT_ID: identity.outputs.clientId
  AZURE_TENANT_ID: subscription().tenantId
  AZURE_SUBSCRIPTION_ID: subscription().subscriptionId
  AZURE_LOCATION: location
  INSTANCES_GROUP: instancesGroup.name
  BACKUP_GROUP: backupGroup.name
  SCALE_SET_ID: instances.outputs.scaleSetId
  ATTACH_TO_SCALE_SET: attachToScaleSet ? 'on' : 'off'
  SUBNET_ID: instances.outputs.subnetId
  BOOT_IDENTITY_ID: instances.outputs.bootIdentityId
  KEY_VAULT_ID: vault.outputs.id
  KEY_VAULT_URL: vault.outputs.uri
  ENVIRONMENT: environment
  VM_SIZE: vmSize
  ADMIN_USERNAME: checkedAdminUsername
  BREAK_GLASS_PUBLIC_KEY: checkedBreakGlassPublicKey
  OPENCLAW_PORT: string(openclawPort)
  HOME_DISK: '${homeDiskSizeGb},${homeDiskSku}'
  NETWORK_POLICY: networkPolicy
  TRUSTED_PROXIES: string(trustedProxies)
  // A folder for each archive, so that what is under way keeps its own.
  ARCHIVE_URL: archiveSha256 == '' ? '' : '${storage.outputs.archiveUrl}/${archiveSha256}/openclaw.tar.zst'
  ARCHIVE_SHA256: checkedArchiveSha256
  EXTRAS: extras ? 'on' : 'off'
  BOOTSTRAP_ADMINS: checkedBootstrapAdmins
  RECOVERY_ADMINS: recoveryAdmins
  MicrosoftAppId: identity.outputs.clientId
  MicrosoftAppType: 'UserAssignedMSI'
  MicrosoftAppTenantId: subscription().tenantId
  TEAMS_ADMIN_CONVERSATION: checkedTeamsAdminConversation
  TEAMS_SHAREPOINT_HOST: checkedSharePointHost
  ...optionalSettings
  ...discordSettings
}

module app 'modules/app.bicep' = {
  scope: botGroup
  params: {
    name: appName
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storageAccountName
    packageUrl: storage.outputs.packageUrl
    insightsConnectionString: monitoring.outputs.connectionString
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyWork: alwaysReadyWork
    settings: botSettings
  }
  // It reads its storage from the first moment on.
  dependsOn: [rights]
}

module botService 'modules/bot-service.bicep' = {
  scope: botGroup
  params: {
    name: appName
    tags: tags
    endpoint: '${app.outputs.url}/api/messages'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
  }
}

@description('What the bot reads from its environment.')
output settings settingSet = botSettings

@description('Object id of the bot\'s identity: who is to be allowed to look people up (npm run graph:grant).')
output BOT_PRINCIPAL_ID string = identity.outputs.principalId

@description('Address of the bot.')
output PUBLIC_URL string = app.outputs.url

@description('What Discord is told as the interactions endpoint.')
output DISCORD_INTERACTIONS_URL string = '${app.outputs.url}/api/interactions'

@description('Name of the Function App.')
output FUNCTION_APP_NAME string = appName

@description('Resource group of the bot. By this name azd finds where to put the program: three groups carry its tag.')
output AZURE_RESOURCE_GROUP string = botGroup.name

@description('Resource group of the instances.')
output INSTANCES_GROUP string = instancesGroup.name

@description('Resource group of the snapshots.')
output BACKUP_GROUP string = backupGroup.name

@description('Name of the key vault.')
output KEY_VAULT_NAME string = vaultName

@description('Container that the archive is uploaded to.')
output ARCHIVE_CONTAINER_URL string = storage.outputs.archiveUrl

@description('Checksum of the archive that VMs start from; empty: they install from npm. The upload compares.')
output ARCHIVE_IN_USE string = checkedArchiveSha256

@description('Name of the storage account: the bot\'s state, its program and the archive.')
output STORAGE_ACCOUNT_NAME string = storageAccountName
