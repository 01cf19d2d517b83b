const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin')

/**
 * The first character, in pinyin order, whose reading begins with each letter (no reading begins with I, U or V).
 * A character belongs to the last of these that does not sort after it.
 */
const FIRST_OF_LETTER = [...'A吖B八C嚓D咑E妸F发G旮H哈J丌K咔L垃M妈N拏O喔P妑Q七R呥S仨T他W屲X夕Y丫Z帀'].reduce<
  [letter: string, first: string][]
>((pairs, character, index, all) => {
  if (index % 2 === 1) pairs.push([all[index - 1]!, character])
  return pairs
}, [])

const HAN = /\p{Script=Han}/u

function initialOf(character: string): string {
  let found = ''
  for (const [letter, first] of FIRST_OF_LETTER) {
    if (collator.compare(first, character) > 0) break
    found = letter.toLowerCase()
  }
  return found
}

/**
 * Lower-case initials of a name: one per Chinese character, one per Latin word or number's digits whole.
 * Characters with several readings get the commonest; the server's card brings the right ones.
 */
export function pinyinInitials(name: string): string {
  let initials = ''
  for (const [part] of name.matchAll(/\p{Script=Han}|\p{N}+|[^\p{Script=Han}\p{N}\s\p{P}\p{S}]+/gu)) {
    if (HAN.test(part)) initials += initialOf(part)
    else if (/^\p{N}/u.test(part)) initials += part
    else initials += [...part][0]!.toLowerCase()
  }
  return initials
}

/** The packed record that a customer is searched by until the server's card arrives. */
export function searchText(name: string): string {
  return `${name} ${pinyinInitials(name)}`.toLowerCase()
}
