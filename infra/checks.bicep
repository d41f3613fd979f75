@export()
@description('Is each letter of a text one of these?')
func isMadeOf(text string, letters string) bool =>
  empty(filter(map(range(0, length(text)), i => substring(text, i, 1)), letter => !contains(letters, letter)))

@export()
@description('Is it the id of something in Discord?')
func isDiscordId(text string) bool => length(text) >= 15 && length(text) <= 21 && isMadeOf(text, '0123456789')

@export()
@description('Is it the id of something in Entra, in lower case?')
func isObjectId(text string) bool => length(text) == 36 && isMadeOf(text, '0123456789abcdef-')
