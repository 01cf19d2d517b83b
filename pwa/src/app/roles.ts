import type { Role } from '@/generated/documents'

// Apart from the collected modules, which need these lists while they are being collected.
export const everyRole: Role[] = [
  'administrator',
  'executive',
  'sales_manager',
  'salesperson',
  'service_manager',
  'technician',
  'finance',
  'marketing',
  'agent',
]

/** Who goes out to customers; managers do too. */
export const fieldRoles: Role[] = ['salesperson', 'agent', 'technician', 'sales_manager', 'service_manager']
