//! Wireless adapters, their profiles and what they are joined to, by `wlanapi.dll`, which Windows Server has only where somebody
//! added wireless networking.

#![expect(unsafe_code, reason = "the wireless service answers in memory of its own")]

use std::ffi::c_void;
use std::mem::{offset_of, size_of, transmute};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::NetworkManagement::WiFi::{
    WLAN_CONNECTION_ATTRIBUTES, WLAN_INTERFACE_INFO, WLAN_INTERFACE_INFO_LIST, WLAN_PROFILE_INFO,
    WLAN_PROFILE_INFO_LIST, wlan_interface_state_connected, wlan_intf_opcode_current_connection,
};
use windows_sys::core::GUID;

use crate::host::recorded::Bytes;
use crate::host::windows::ffi::library::Entry;
use crate::host::windows::ffi::{Library, failed, guid, wide, wide_array, wide_text};
use crate::host::windows_api::{WirelessAdapter, WirelessConnection, WirelessProfile};
use crate::host::{ReadError, ReadErrorKind};

const TRIED: &str = "list wireless adapters";
/// The version of the interface since Windows Vista.
const VERSION: u32 = 2;
/// The most wireless adapters, and the most profiles of one.
const ADAPTERS_MAX: u32 = 64;
const PROFILES_MAX: u32 = 2_048;
/// The longest profile, in units of UTF-16.
const PROFILE_MAX: usize = 256 << 10;
/// The adapter is not, or no more, in the state to be asked.
const INVALID_STATE: u32 = 5_023;
/// The profile went away meanwhile.
const NOT_FOUND: u32 = 1_168;

type Open = unsafe extern "system" fn(u32, *const c_void, *mut u32, *mut HANDLE) -> u32;
type Close = unsafe extern "system" fn(HANDLE, *const c_void) -> u32;
type EnumInterfaces = unsafe extern "system" fn(HANDLE, *const c_void, *mut *mut c_void) -> u32;
type GetProfileList = unsafe extern "system" fn(HANDLE, *const GUID, *const c_void, *mut *mut c_void) -> u32;
type GetProfile = unsafe extern "system" fn(
    HANDLE,
    *const GUID,
    *const u16,
    *const c_void,
    *mut *mut c_void,
    *mut u32,
    *mut u32,
) -> u32;
type QueryInterface =
    unsafe extern "system" fn(HANDLE, *const GUID, i32, *const c_void, *mut u32, *mut *mut c_void, *mut i32) -> u32;
type Free = unsafe extern "system" fn(*mut c_void);

/// See [`crate::host::windows_api::WindowsApi::wireless`]. Where the library is missing or its service does not run there is no such
/// thing.
pub(in crate::host::windows) fn wireless() -> Result<Vec<WirelessAdapter>, ReadError> {
    let service = Service::open()?;
    let interfaces = service.interfaces()?;
    interfaces.iter().map(|interface| service.adapter(interface)).collect()
}

/// The wireless service, open.
struct Service {
    handle: HANDLE,
    close: Close,
    enum_interfaces: EnumInterfaces,
    get_profile_list: GetProfileList,
    get_profile: GetProfile,
    query_interface: QueryInterface,
    free: Free,
    /// Let go last, because it holds all the entries.
    _library: Library,
}

impl Service {
    fn open() -> Result<Self, ReadError> {
        let library = Library::load("wlanapi.dll")?;
        // SAFETY: each type is that of the entry, as wlanapi.h has it.
        let (open, close, enum_interfaces, get_profile_list, get_profile, query_interface, free) = unsafe {
            (
                transmute::<Entry, Open>(library.entry(c"WlanOpenHandle")?),
                transmute::<Entry, Close>(library.entry(c"WlanCloseHandle")?),
                transmute::<Entry, EnumInterfaces>(library.entry(c"WlanEnumInterfaces")?),
                transmute::<Entry, GetProfileList>(library.entry(c"WlanGetProfileList")?),
                transmute::<Entry, GetProfile>(library.entry(c"WlanGetProfile")?),
                transmute::<Entry, QueryInterface>(library.entry(c"WlanQueryInterface")?),
                transmute::<Entry, Free>(library.entry(c"WlanFreeMemory")?),
            )
        };
        let mut negotiated = 0_u32;
        let mut handle: HANDLE = null_mut();
        // SAFETY: the reserved pointer is null, as is asked; version and handle are written to live variables.
        let code = unsafe { open(VERSION, null(), &raw mut negotiated, &raw mut handle) };
        if code != 0 {
            return Err(failed(TRIED, code));
        }
        Ok(Self {
            handle,
            close,
            enum_interfaces,
            get_profile_list,
            get_profile,
            query_interface,
            free,
            _library: library,
        })
    }

    fn interfaces(&self) -> Result<Vec<WLAN_INTERFACE_INFO>, ReadError> {
        let mut list = self.memory();
        // SAFETY: the service is open; the reserved pointer is null; the pointer is written to a live variable.
        let code = unsafe { (self.enum_interfaces)(self.handle, null(), &raw mut list.pointer) };
        if code != 0 {
            return Err(failed(TRIED, code));
        }
        let offset = offset_of!(WLAN_INTERFACE_INFO_LIST, InterfaceInfo);
        // SAFETY: the call gave such a list: the count, an index, and as many rows, in which any bytes are a value.
        unsafe { list.rows::<WLAN_INTERFACE_INFO>(offset, ADAPTERS_MAX, TRIED) }
    }

    fn adapter(&self, interface: &WLAN_INTERFACE_INFO) -> Result<WirelessAdapter, ReadError> {
        let odd = || ReadError::new(ReadErrorKind::WrongKind, TRIED, "the name of an adapter is no GUID");
        let joined = if interface.isState == wlan_interface_state_connected {
            self.connection(&interface.InterfaceGuid)
        } else {
            Ok(None)
        };
        // The profiles are told all the same.
        let (connection, connection_refused) = match joined {
            Ok(connection) => (connection, false),
            Err(error) if error.kind == ReadErrorKind::NotPermitted => (None, true),
            Err(error) => return Err(error),
        };
        Ok(WirelessAdapter {
            guid: guid(&interface.InterfaceGuid).ok_or_else(odd)?,
            description: wide_array(&interface.strInterfaceDescription),
            profiles: self.profiles(&interface.InterfaceGuid)?,
            connection,
            connection_refused,
        })
    }

    fn profiles(&self, interface: &GUID) -> Result<Vec<WirelessProfile>, ReadError> {
        let tried = "list wireless profiles";
        let mut list = self.memory();
        // SAFETY: the service is open; the reserved pointer is null; the pointer is written to a live variable.
        let code = unsafe { (self.get_profile_list)(self.handle, interface, null(), &raw mut list.pointer) };
        if code != 0 {
            return Err(failed(tried, code));
        }
        let offset = offset_of!(WLAN_PROFILE_INFO_LIST, ProfileInfo);
        // SAFETY: the call gave such a list: the count, an index, and as many rows, in which any bytes are a value.
        let rows = unsafe { list.rows::<WLAN_PROFILE_INFO>(offset, PROFILES_MAX, tried) }?;
        let mut profiles = Vec::new();
        for row in rows {
            profiles.extend(self.profile(interface, wide_array(&row.strProfileName), row.dwFlags)?);
        }
        Ok(profiles)
    }

    /// A profile, its key left protected; nothing where it went away meanwhile.
    fn profile(&self, interface: &GUID, name: String, flags: u32) -> Result<Option<WirelessProfile>, ReadError> {
        let tried = "read a wireless profile";
        let name_wide = wide(&name);
        let mut xml = self.memory();
        // No flag: WLAN_PROFILE_GET_PLAINTEXT_KEY is not among what is asked for.
        let (mut asked, mut granted) = (0_u32, 0_u32);
        // SAFETY: the service is open; the name ends with a zero; the reserved pointer is null; the rest are live variables.
        let code = unsafe {
            (self.get_profile)(
                self.handle,
                interface,
                name_wide.as_ptr(),
                null(),
                &raw mut xml.pointer,
                &raw mut asked,
                &raw mut granted,
            )
        };
        match code {
            0 => {}
            NOT_FOUND => return Ok(None),
            code => return Err(failed(tried, code)),
        }
        // SAFETY: the call gave a text that ends with a zero.
        let xml = unsafe { wide_text(xml.pointer.cast_const().cast(), PROFILE_MAX) };
        if xml.len() >= PROFILE_MAX {
            let why = format!("it is longer than {PROFILE_MAX}");
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, why));
        }
        Ok(Some(WirelessProfile { name, flags, xml }))
    }

    /// What an adapter is joined to; nothing where it no longer is. Since Windows 11 24H2 it is told only where the location of
    /// the machine may be known.
    fn connection(&self, interface: &GUID) -> Result<Option<WirelessConnection>, ReadError> {
        let tried = "ask what a wireless adapter is joined to";
        let mut answer = self.memory();
        let (mut bytes, mut kind) = (0_u32, 0_i32);
        // SAFETY: the service is open; the reserved pointer is null; the rest are live variables.
        let code = unsafe {
            (self.query_interface)(
                self.handle,
                interface,
                wlan_intf_opcode_current_connection,
                null(),
                &raw mut bytes,
                &raw mut answer.pointer,
                &raw mut kind,
            )
        };
        match code {
            0 => {}
            INVALID_STATE | NOT_FOUND => return Ok(None),
            code => return Err(failed(tried, code)),
        }
        let length = usize::try_from(bytes).unwrap_or_default();
        if answer.pointer.is_null() || length < size_of::<WLAN_CONNECTION_ATTRIBUTES>() {
            return Err(ReadError::new(ReadErrorKind::WrongKind, tried, format!("an answer of {length} bytes")));
        }
        // SAFETY: the memory holds at least such a structure, which is numbers and arrays of them.
        let found = unsafe { answer.pointer.cast::<WLAN_CONNECTION_ATTRIBUTES>().read_unaligned() };
        let ssid = &found.wlanAssociationAttributes.dot11Ssid;
        let ssid_length = usize::try_from(ssid.uSSIDLength).unwrap_or_default();
        let security = &found.wlanSecurityAttributes;
        Ok(Some(WirelessConnection {
            profile: wide_array(&found.strProfileName),
            ssid: Bytes(ssid.ucSSID.get(..ssid_length).unwrap_or_default().to_vec()),
            authentication: security.dot11AuthAlgorithm.cast_unsigned(),
            cipher: security.dot11CipherAlgorithm.cast_unsigned(),
            secured: security.bSecurityEnabled != 0,
        }))
    }

    /// Room for what the service allocates.
    fn memory(&self) -> Memory {
        Memory { pointer: null_mut(), free: self.free }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // SAFETY: the handle is open and owned by this alone; the library is let go only after this.
        let _closed = unsafe { (self.close)(self.handle, null()) };
    }
}

/// Memory that the wireless service allocated. Nobody keeps it longer than the service.
struct Memory {
    pointer: *mut c_void,
    free: Free,
}

impl Memory {
    /// The rows behind a count at the beginning.
    ///
    /// # Safety
    ///
    /// The memory is null, or begins with a count and has as many rows of `T` from `offset`, for which any bytes are a value.
    unsafe fn rows<T: Copy>(&self, offset: usize, limit: u32, tried: &str) -> Result<Vec<T>, ReadError> {
        if self.pointer.is_null() {
            return Ok(Vec::new());
        }
        // SAFETY: the memory begins with the count.
        let count = unsafe { self.pointer.cast::<u32>().read_unaligned() };
        if count > limit {
            return Err(ReadError::new(ReadErrorKind::TooLarge, tried, format!("there are more than {limit}")));
        }
        let rows = (0..usize::try_from(count).unwrap_or_default()).map(|row| {
            let at = offset.wrapping_add(row.wrapping_mul(size_of::<T>()));
            // SAFETY: the caller promises as many rows.
            unsafe { self.pointer.byte_add(at).cast::<T>().read_unaligned() }
        });
        Ok(rows.collect())
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            // SAFETY: the service allocated it, this alone owns it, and the library is still loaded.
            unsafe { (self.free)(self.pointer) }
        }
    }
}
