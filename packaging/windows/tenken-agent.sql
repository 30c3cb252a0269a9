-- What wixl does not know, added to the installer by `cargo xtask msi`: a statement per line, a comment where it begins with `--`.

-- The values of an installation are given to the part of the installer that runs as the system.
UPDATE `Property` SET `Value`='WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;DASHBOARDURL;TOKEN;PURGE' WHERE `Property`='SecureCustomProperties'

-- Only the system and administrators see what waits for the first start, because the token lets a host in: no name, which would be
-- translated, but a security descriptor.
CREATE TABLE `MsiLockPermissionsEx` (`MsiLockPermissionsEx` CHAR(72) NOT NULL, `LockObject` CHAR(72) NOT NULL, `Table` CHAR(32) NOT NULL, `SDDLText` CHAR(255) NOT NULL, `Condition` CHAR(255) PRIMARY KEY `MsiLockPermissionsEx`)
INSERT INTO `MsiLockPermissionsEx` (`MsiLockPermissionsEx`, `LockObject`, `Table`, `SDDLText`) VALUES ('LockToken', 'Token', 'Registry', 'O:BAG:SYD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)')

-- The service starts some two minutes after the system: type 3 is the delayed start.
CREATE TABLE MsiServiceConfig (MsiServiceConfig CHAR(72) NOT NULL, Name CHAR(255) NOT NULL, Event INT NOT NULL, ConfigType LONG NOT NULL, Argument CHAR(255), Component_ CHAR(72) NOT NULL PRIMARY KEY MsiServiceConfig)
INSERT INTO MsiServiceConfig (MsiServiceConfig, Name, Event, ConfigType, Argument, Component_) VALUES ('DelayedStart', 'SERVICE', 1, 3, '1', 'Agent')
INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('MsiConfigureServices', 'VersionMsi >= "5.00"', 5850)

-- With PURGE=1 the state goes with the agent. The property that names a folder is set by that alone (51 sets a property), and without
-- it nothing is removed below the folder.
INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('PurgeState', 51, 'PURGESTATE', '[CommonAppDataFolder]Tenken\agent\')
INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('PurgeSpool', 51, 'PURGESPOOL', '[CommonAppDataFolder]Tenken\agent\spool\')
INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('PurgeTop', 51, 'PURGETOP', '[CommonAppDataFolder]Tenken\')
INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('PurgeState', 'PURGE="1" AND REMOVE="ALL"', 3401)
INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('PurgeSpool', 'PURGE="1" AND REMOVE="ALL"', 3402)
INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('PurgeTop', 'PURGE="1" AND REMOVE="ALL"', 3403)
INSERT INTO RemoveFile (FileKey, Component_, FileName, DirProperty, InstallMode) VALUES ('Purge1', 'Agent', '*', 'PURGESPOOL', 2)
INSERT INTO RemoveFile (FileKey, Component_, DirProperty, InstallMode) VALUES ('Purge2', 'Agent', 'PURGESPOOL', 2)
INSERT INTO RemoveFile (FileKey, Component_, FileName, DirProperty, InstallMode) VALUES ('Purge3', 'Agent', '*', 'PURGESTATE', 2)
INSERT INTO RemoveFile (FileKey, Component_, DirProperty, InstallMode) VALUES ('Purge4', 'Agent', 'PURGESTATE', 2)
INSERT INTO RemoveFile (FileKey, Component_, DirProperty, InstallMode) VALUES ('Purge5', 'Agent', 'PURGETOP', 2)
