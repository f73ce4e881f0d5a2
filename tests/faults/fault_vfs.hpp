// SQLite on a FaultDisk.
#pragma once

#include "faults/fault_disk.hpp"

namespace habeas::faults {

/// A VFS "fault-<n>" and the VFS habeas in front of it. SQLite and the shim keep pointers for good,
/// so a slot is never freed but given to the next disk.
VfsSlot* take_vfs_slot(FaultDisk& disk);
void give_vfs_slot(VfsSlot& slot);
const char* plain_name(const VfsSlot& slot) noexcept;
const char* scrubbing_name(const VfsSlot& slot) noexcept;

} // namespace habeas::faults
