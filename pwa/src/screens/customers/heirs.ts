import type { Role, User } from '@/generated/documents'

const SELLING: Role[] = ['salesperson', 'sales_manager', 'executive', 'agent']

/** Who can take a customer over: active people who sell, without its present owner, by name. */
export function heirsOf(users: User[], ownerId: string | undefined): User[] {
  return users
    .filter((user) => user.active && user.id !== ownerId && user.roles.some((role) => SELLING.includes(role)))
    .sort((one, other) => one.name.localeCompare(other.name, 'zh-Hans-CN'))
}
