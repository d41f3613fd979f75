@export()
@description('Tags by name.')
type tagSet = {
  @description('Each tag\'s value.')
  *: string
}

@export()
@description('Settings of a Function App by name.')
type settingSet = {
  @description('Each setting\'s value.')
  *: string
}

@export()
@description('A role that somebody gets.')
type grant = {
  @description('Name of the role definition: a GUID.')
  role: string

  @description('What holds of each use, in Azure\'s language of conditions, version 2.0.')
  condition: string?
}
