-- What wixl does not know, added to the installer by `cargo xtask msi`: a statement per line, a comment where it begins with `--`.

-- The values of an installation are given to the part of the installer that runs as the system.
UPDATE `Property` SET `Value`='WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;DASHBOARDURL;TOKEN;PURGE' WHERE `Property`='SecureCustomProperties'

-- Only the system and administrators see what waits for the first start, because the token lets a host in: no name, which would be
-- translated, but a security descriptor. The last entry is the service's own, without which it could not remove the token: it may write only
-- where it is named.
CREATE TABLE `MsiLockPermissionsEx` (`MsiLockPermissionsEx` CHAR(72) NOT NULL, `LockObject` CHAR(72) NOT NULL, `Table` CHAR(32) NOT NULL, `SDDLText` CHAR(255) NOT NULL, `Condition` CHAR(255) PRIMARY KEY `MsiLockPermissionsEx`)
INSERT INTO `MsiLockPermissionsEx` (`MsiLockPermissionsEx`, `LockObject`, `Table`, `SDDLText`) VALUES ('LockToken', 'Token', 'Registry', 'O:BAG:SYD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KRKW;;;S-1-5-80-825425651-288310943-1465589011-1428908512-3371736329)')

-- The program makes its service whole: delayed start, recovery, rights, the source of its events, the task that starts it after sleep.
-- 3090 is a program of a file that is installed, run by the system within the installation; with 64 its failure ends nothing.
INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('MakeServiceWhole', 3090, 'AgentExe', 'service install')
INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('MakeServiceWhole', 'NOT REMOVE="ALL"', 5850)

-- What it made goes with it, and with PURGE=1 what it keeps as well. An upgrade keeps all.
INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('RemoveService', 3154, 'AgentExe', 'service remove')
INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('RemoveServiceAndState', 3154, 'AgentExe', 'service remove --purge')
INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('RemoveService', 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE AND NOT PURGE="1"', 1950)
INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('RemoveServiceAndState', 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE AND PURGE="1"', 1951)
