import { describe, expect, it } from 'vitest'
import type { ListFileError } from './list-file.ts'
import { readOfac } from './ofac.ts'
import { readCsv } from './read-csv.ts'
import { readXml } from './read-xml.ts'
import { readUn } from './un.ts'

const file = (name: string, content: string) => ({ name, content })

const sdn = [
  '7,"DOE, John Q","individual","SDGT] [IRGC","Director",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 08 Sep 1966; alt. DOB circa 1970; POB Pyongyang, Korea, North; nationality Mexico; Passport A 123456 (Iran) issued 14 May 1997 expires 13 May 2007; alt. Passport B999999; National ID No. 0071070222 (Iran); a.k.a. \'DUKE\'; Phone Number 982188526300."',
  '8,"SEA STAR","vessel","IRAN",-0- ,"T2EJ4","Tanker","317,355","163,650","Panama","ACME; OWNER",-0- ',
  '9,"ACME ""BEST"" CO., LTD.",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Vessel Registration Identification IMO 9362073; Digital Currency Address - XBT 12QtD5BFwRsdNsAZY76."',
]
const alt = ['7,1,"aka","DOE, Jack",-0- ', '8,2,"fka","OLD STAR",-0- ']
const add = ['7,1,"1 Street","Tehran","Iran",-0- ', '7,2,-0- ,-0- ,-0- ,-0- ']

function ofac(parts: {
  readonly sdn?: readonly string[]
  readonly alt?: readonly string[]
  readonly add?: readonly string[]
}) {
  const text = (rows: readonly string[]) => `${rows.join('\r\n')}\r\n\u001a`
  return readOfac({
    sdn: file('sdn.csv', text(parts.sdn ?? sdn)),
    alt: file('alt.csv', text(parts.alt ?? alt)),
    add: file('add.csv', text(parts.add ?? add)),
  })
}

describe('the files of OFAC', () => {
  it('are read with names, dates, identifiers, countries and addresses', () => {
    const [john, ship, company] = ofac({})
    expect(john).toMatchObject({
      id: 'ofac:7',
      kind: 'person',
      names: [
        { text: 'DOE, John Q', quality: 'primary' },
        { text: 'DOE, Jack', quality: 'strong' },
        { text: 'DUKE', quality: 'weak' },
      ],
      identifiers: [
        { kind: 'Passport', value: 'A 123456', country: 'IR' },
        { kind: 'Passport', value: 'B999999' },
        { kind: 'National ID No.', value: '0071070222', country: 'IR' },
      ],
      births: [
        { from: '1966-09-08', to: '1966-09-08' },
        { from: '1970-01-01', to: '1970-12-31', about: true },
      ],
      countries: ['IR', 'KP', 'MX'],
      addresses: [{ text: '1 Street, Tehran, Iran', country: 'IR' }],
      programs: ['SDGT', 'IRGC'],
      title: 'Director',
    })
    expect(ship).toMatchObject({
      kind: 'vessel',
      craft: { callSign: 'T2EJ4', flag: 'Panama', owner: 'ACME; OWNER', tonnage: '317,355' },
      identifiers: [{ kind: 'Call sign', value: 'T2EJ4' }],
      countries: ['PA'],
      names: [{ text: 'SEA STAR' }, { text: 'OLD STAR', note: 'former' }],
    })
    expect(company?.kind).toBe('organization')
    expect(company?.names[0]?.text).toBe('ACME "BEST" CO., LTD.')
    expect(company?.identifiers.map(({ kind, value }) => `${kind}=${value}`)).toEqual([
      'Vessel Registration Identification IMO=9362073',
      'Digital Currency Address - XBT=12QtD5BFwRsdNsAZY76',
    ])
  })

  it.each([
    ['a row with a field too few', { alt: ['7,1,"aka","X"'] }, 'alt.csv:1: the row has 4 fields instead of 5'],
    [
      'a row with a field too many',
      { alt: [...alt, '7,1,"aka","X",-0- ,1'] },
      'alt.csv:3: the row has 6 fields instead of 5',
    ],
    [
      'a name of an entry that is not there',
      { alt: ['77,1,"aka","X",-0- '] },
      'alt.csv:1: entry 77 is not in the list',
    ],
    ['an address of such', { add: [...add, '77,1,-0- ,-0- ,-0- ,-0- '] }, 'add.csv:3: entry 77 is not in the list'],
    ['an entry twice', { sdn: [...sdn, sdn[0] ?? ''] }, 'sdn.csv:4: entry 7 is there a second time'],
    [
      'an unknown kind',
      { sdn: [(sdn[0] ?? '').replace('individual', 'ghost'), ...sdn.slice(1)] },
      'sdn.csv:1: "ghost" is no kind of entry',
    ],
    [
      'an empty name',
      { sdn: [(sdn[0] ?? '').replace('"DOE, John Q"', '-0- '), ...sdn.slice(1)] },
      'sdn.csv:1: the name is empty',
    ],
    [
      'a number that is none',
      { sdn: ['x,"A"'.padEnd(7) + ',-0- '.repeat(10)] },
      'sdn.csv:1: "x" is no number of an entry',
    ],
    ['a file cut short within a field', { sdn: ['7,"DOE'] }, 'sdn.csv:1: a quoted field does not end'],
    ['a quote within a field', { sdn: ['7,D"OE'] }, 'sdn.csv:1: a quote stands inside a field'],
    ['no row at all', { sdn: [] }, 'sdn.csv:1: has no row'],
  ] as const)('are refused for %s', (_, parts, message) => {
    expect(() => ofac(parts)).toThrow(message)
  })

  it('keep count of lines through line breaks in fields', () => {
    const rows = readCsv({ file: 'f', text: 'a,"b\nc"\nd,e\n', fields: 2 })
    expect(rows).toEqual([
      { line: 1, fields: ['a', 'b\nc'] },
      { line: 3, fields: ['d', 'e'] },
    ])
  })
})

const entry = `<INDIVIDUAL>
  <DATAID>42</DATAID><FIRST_NAME>ERIC</FIRST_NAME><SECOND_NAME>B &amp; C&#x61;</SECOND_NAME>
  <UN_LIST_TYPE>DRC</UN_LIST_TYPE><REFERENCE_NUMBER>CDi.001</REFERENCE_NUMBER>
  <NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Rumuli</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1962</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>OB 0243318</NUMBER></INDIVIDUAL_DOCUMENT>
  <NAME_ORIGINAL_SCRIPT>إريك</NAME_ORIGINAL_SCRIPT><NEW_FIELD/>
</INDIVIDUAL>`
const un = (entries: string) =>
  `<?xml version="1.0"?>\n<CONSOLIDATED_LIST dateGenerated="2026-02-27"><INDIVIDUALS>\n${entries}\n</INDIVIDUALS></CONSOLIDATED_LIST>`

describe('the list of the United Nations', () => {
  it('is read with names of all scripts, dates and documents', () => {
    const { entities, publishedAt } = readUn(file('un.xml', un(entry)))
    expect(publishedAt).toBe('2026-02-27')
    expect(entities).toMatchObject([
      {
        id: 'un:42',
        kind: 'person',
        names: [
          { text: 'ERIC B & Ca', quality: 'primary' },
          { text: 'Rumuli', quality: 'weak' },
          { text: 'إريك', note: 'original_script' },
        ],
        births: [{ from: '1960-01-01', to: '1962-12-31' }],
        countries: ['CD'],
        identifiers: [
          { kind: 'UN reference', value: 'CDi.001' },
          { kind: 'Passport', value: 'OB 0243318' },
        ],
      },
    ])
  })

  it.each([
    ['another root', '<LIST/>', 'un.xml:1: the root is <LIST>'],
    ['an unknown part', '<CONSOLIDATED_LIST>\n<SHIPS/></CONSOLIDATED_LIST>', 'un.xml:2: <SHIPS> is not known'],
    ['an entry twice', un(entry + entry), 'un.xml:12: entry un:42 is there a second time'],
    ['an entry without a name', un('<INDIVIDUAL><DATAID>1</DATAID></INDIVIDUAL>'), 'un.xml:3: entry 1 has no name'],
    ['an entry without a number', un('<INDIVIDUAL/>'), 'un.xml:3: <DATAID> is "" and no number'],
    ['no entry', un(''), 'un.xml:2: there is no entry'],
    ['a date that is none', un(entry.replace('1960<', '19x0<')), 'un.xml:9: "19x0" is no date'],
    ['an end that is missing', '<CONSOLIDATED_LIST>\n<INDIVIDUALS>', 'un.xml:2: <INDIVIDUALS> of line 2 is not closed'],
  ])('is refused for %s', (_, text, message) => {
    expect(() => readUn(file('un.xml', text))).toThrow(message)
  })

  it.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'a document type is not allowed'],
    ['an unknown reference', '<a>\n&x;</a>', 'f:1: &x; is not a known reference'],
    ['too much depth', '<a>'.repeat(17), 'nested more than 16 deep'],
    ['a second root', '<a/><a/>', 'a second root element'],
    ['the end of another element', '<a><b></a>', '</a> closes no element'],
    ['text outside', '<a/>b', 'text stands outside'],
    ['a comment without an end', '<a><!--', '"-->" is missing'],
    ['a broken tag', '<a><b c=1></b></a>', 'not a well-formed tag'],
  ])('is refused as XML for %s', (_, text, message) => {
    expect(() => readXml({ file: 'f', text })).toThrow(message)
  })

  it('is read in one line as fast as in many', () => {
    const text = `<a>${'<b c="d">e</b>'.repeat(100_000)}</a>`
    expect(readXml({ file: 'f', text }).children).toHaveLength(100_000)
  })

  it('names file and line in the error', () => {
    const error = (() => {
      try {
        return readXml({ file: 'un.xml', text: '<a>\n\n&' })
      } catch (thrown) {
        return thrown as ListFileError
      }
    })()
    expect(error).toMatchObject({ name: 'ListFileError', file: 'un.xml' })
  })

  it('is refused when it is not UTF-8', () => {
    expect(() => readUn({ name: 'un.xml', content: Uint8Array.of(0x3c, 0xff) })).toThrow('un.xml:1: is not UTF-8')
  })
})
