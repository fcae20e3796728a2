// Makes places.txt and communes.txt: see README.md. Needs the two packages beside it, not committed:
//
//   npm install --no-save @etalab/decoupage-administratif@6.0.0 codes-postaux@4.1.2
//   node make.mjs
import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'

const require = createRequire(import.meta.url)
const communes = require('@etalab/decoupage-administratif/data/communes.json')
const postal = require('codes-postaux/codes-postaux.json')

const pairs = new Map()
const alone = new Set()
const add = (code, commune) => pairs.set(code, (pairs.get(code) ?? new Set()).add(commune))

for (const { code, codesPostaux = [], anciensCodes = [] } of communes) {
  codesPostaux.forEach(one => add(one, code))
  ;[code, ...anciensCodes].forEach(one => alone.add(one))
}
for (const { codePostal, codeCommune } of postal) add(codePostal, codeCommune)
// Monaco has a postal code of France and is no commune of it.
pairs.set('98000', new Set())
for (const communes of pairs.values()) communes.forEach(one => alone.delete(one))

const group = codes => {
  const groups = new Map()
  for (const one of codes) {
    const department = one.slice(0, 2)
    groups.set(department, [...(groups.get(department) ?? []), one])
  }
  return groups
}
const lines = [...pairs].sort().map(([code, communes]) =>
  [code, ...[...communes].sort().map(one => (one.startsWith(code.slice(0, 2)) ? one.slice(2) : one))].join(' '))
const byDepartment = group([...alone].sort())
for (const [department, codes] of byDepartment) {
  lines.push([department, ...codes.map(one => one.slice(2))].join(' '))
}
writeFileSync(new URL('places.txt', import.meta.url), lines.join('\n') + '\n')

// The names, each with the code of the commune that bears it; those of the communes that merged into
// another and kept their name as delegated or associated, with the code of that other.
const named = communes
  .filter(({ type }) => type !== 'arrondissement-municipal')
  .map(({ code, chefLieu, nom }) => `${chefLieu ?? code} ${nom}`)
writeFileSync(new URL('communes.txt', import.meta.url), [...new Set(named)].sort().join('\n') + '\n')
