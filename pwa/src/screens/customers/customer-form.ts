import type { Account, Position } from '@/generated/documents'
import { blankToNull, splitTags } from './edits'

/** A customer as a person types it. */
export interface CustomerForm {
  name: string
  phone: string
  address: string
  position: Position | null
  tags: string
  notes: string
}

export function emptyForm(name = ''): CustomerForm {
  return { name, phone: '', address: '', position: null, tags: '', notes: '' }
}

export function formOf(account: Account): CustomerForm {
  const { name, phone, address, position, tags, notes } = account
  return { name, phone: phone ?? '', address: address ?? '', position, tags: tags.join('、'), notes: notes ?? '' }
}

export function valuesOf(form: CustomerForm) {
  return {
    name: form.name.trim(),
    phone: blankToNull(form.phone),
    address: blankToNull(form.address),
    position: form.position,
    tags: splitTags(form.tags),
    notes: blankToNull(form.notes),
  }
}
