//! Settings that stand in a file of their own or in the configuration itself.

use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Result;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::settings_file::{self, FileSettings};

/// Where settings are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source<T> {
    /// In a file of their own.
    File(PathBuf),
    /// Here.
    Here(Box<T>),
}

impl<T: FileSettings + Clone> Source<T> {
    /// The settings, read from their file if they have one.
    pub fn settings(&self) -> Result<T> {
        match self {
            Self::File(file) => settings_file::read(file),
            Self::Here(settings) => Ok(T::clone(settings)),
        }
    }

    /// Their file, if they have one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Here(_) => None,
        }
    }

    /// What is wrong with what stands here.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::File(_) => Ok(()),
            Self::Here(settings) => settings.check(),
        }
    }
}

/// A flag names a file.
impl<T> FromStr for Source<T> {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::File(text.into()))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Source<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SourceVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for SourceVisitor<T> {
            type Value = Source<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the path of a file, or its content")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Source::File(text.into()))
            }

            // Not by an untagged enum, which would lose what is wrong and where.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|settings| Source::Here(Box::new(settings)))
            }
        }

        deserializer.deserialize_any(SourceVisitor(PhantomData))
    }
}
