//! The types a rule may rely on, taken from the fact types themselves.
//!
//! A fact is declared once with [`record!`](crate::record) or [`choice!`](crate::choice); that
//! declaration is the struct, its wire form, the schema a rule is checked against, the value an
//! expression reads, and the text of the reference page.

use std::collections::BTreeMap;

use crate::{Instant, Read, Reason, Size, Span};

/// The static type of a value in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A count or another number without a unit.
    Int,
    /// Text.
    Text,
    /// One word of a closed list.
    Choice(&'static ChoiceType),
    /// A length of time.
    Span,
    /// An amount of data.
    Size,
    /// An instant.
    Time,
    /// A list of values of one type.
    List(Box<Type>),
    /// Named fields.
    Record(&'static RecordType),
    /// A value, or measured to be absent. An expression must say which it means.
    Optional(Box<Type>),
}

/// A type with named fields.
#[derive(Debug, PartialEq, Eq)]
pub struct RecordType {
    /// The name shown in messages and the reference.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its fields in the order they were declared.
    pub fields: &'static [FieldType],
}

/// One field of a record.
#[derive(Debug)]
pub struct FieldType {
    /// The name used in expressions and on the wire.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Its type. A function, so that records can be declared in any order.
    pub ty: fn() -> Type,
}

impl PartialEq for FieldType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for FieldType {}

/// A closed list of words.
#[derive(Debug, PartialEq, Eq)]
pub struct ChoiceType {
    /// The name shown in messages and the reference.
    pub name: &'static str,
    /// What is chosen.
    pub doc: &'static str,
    /// Each word with its meaning.
    pub words: &'static [(&'static str, &'static str)],
}

impl RecordType {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&'static FieldType> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Text => f.write_str("text"),
            Self::Choice(choice) => f.write_str(choice.name),
            Self::Span => f.write_str("duration"),
            Self::Size => f.write_str("size"),
            Self::Time => f.write_str("timestamp"),
            Self::List(of) => write!(f, "list({of})"),
            Self::Record(record) => f.write_str(record.name),
            Self::Optional(of) => write!(f, "optional({of})"),
        }
    }
}

/// The value an expression reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A number without a unit.
    Int(i64),
    /// Text, or the word of a choice.
    Text(String),
    /// A length of time.
    Span(Span),
    /// An amount of data.
    Size(Size),
    /// An instant.
    Time(Instant),
    /// A list.
    List(Vec<Value>),
    /// Named fields.
    Record(BTreeMap<&'static str, Value>),
    /// Present, or measured to be absent.
    Optional(Option<Box<Value>>),
    /// Not read: whatever rests on it is unknown.
    Unknown(Reason),
}

/// A type that expressions can read.
///
/// It is not implemented for anything that could stand for "could not look": that is [`Read`]'s.
pub trait Described {
    /// The static type.
    fn ty() -> Type;
    /// The value as an expression sees it.
    fn value(&self) -> Value;
}

impl Described for bool {
    fn ty() -> Type {
        Type::Bool
    }
    fn value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Described for i64 {
    fn ty() -> Type {
        Type::Int
    }
    fn value(&self) -> Value {
        Value::Int(*self)
    }
}

impl Described for u32 {
    fn ty() -> Type {
        Type::Int
    }
    fn value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
}

impl Described for String {
    fn ty() -> Type {
        Type::Text
    }
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Described for Span {
    fn ty() -> Type {
        Type::Span
    }
    fn value(&self) -> Value {
        Value::Span(*self)
    }
}

impl Described for Size {
    fn ty() -> Type {
        Type::Size
    }
    fn value(&self) -> Value {
        Value::Size(*self)
    }
}

impl Described for Instant {
    fn ty() -> Type {
        Type::Time
    }
    fn value(&self) -> Value {
        Value::Time(*self)
    }
}

impl<T: Described> Described for Vec<T> {
    fn ty() -> Type {
        Type::List(Box::new(T::ty()))
    }
    fn value(&self) -> Value {
        Value::List(self.iter().map(Described::value).collect())
    }
}

impl<T: Described> Described for Option<T> {
    fn ty() -> Type {
        Type::Optional(Box::new(T::ty()))
    }
    fn value(&self) -> Value {
        Value::Optional(self.as_ref().map(|value| Box::new(value.value())))
    }
}

impl<T: Described> Described for Read<T> {
    fn ty() -> Type {
        T::ty()
    }
    fn value(&self) -> Value {
        match self {
            Self::Measured(value) => value.value(),
            Self::NotRead(reason) => Value::Unknown(reason.clone()),
        }
    }
}

/// Declares a record: the struct, its wire form, its schema and its value.
#[macro_export]
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])* pub $field:ident : $ty:ty, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $ty, )*
        }

        impl $name {
            /// The schema of this record.
            pub const RECORD: $crate::schema::RecordType = $crate::schema::RecordType {
                name: stringify!($name),
                doc: concat!($($doc,)*),
                fields: &[ $( $crate::schema::FieldType {
                    name: stringify!($field),
                    doc: concat!($($field_doc,)*),
                    ty: <$ty as $crate::schema::Described>::ty,
                }, )* ],
            };
        }

        impl $crate::schema::Described for $name {
            fn ty() -> $crate::schema::Type {
                static RECORD: $crate::schema::RecordType = $name::RECORD;
                $crate::schema::Type::Record(&RECORD)
            }
            fn value(&self) -> $crate::schema::Value {
                $crate::schema::Value::Record(std::collections::BTreeMap::from([
                    $( (stringify!($field), $crate::schema::Described::value(&self.$field)), )*
                ]))
            }
        }
    };
}

/// Declares a closed list of words: the enum, its wire form, its schema and its value.
#[macro_export]
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $( $(#[doc = $word_doc:literal])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[doc = $word_doc])* #[serde(rename = $word)] $variant, )*
        }

        impl $name {
            /// Every word in the order it was declared.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The word as rules and the wire write it.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }

            /// The variant of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$variant), )* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl $crate::schema::Described for $name {
            fn ty() -> $crate::schema::Type {
                static CHOICE: $crate::schema::ChoiceType = $crate::schema::ChoiceType {
                    name: stringify!($name),
                    doc: concat!($($doc,)*),
                    words: &[ $( ($word, concat!($($word_doc,)*)), )* ],
                };
                $crate::schema::Type::Choice(&CHOICE)
            }
            fn value(&self) -> $crate::schema::Value {
                $crate::schema::Value::Text(self.word().to_owned())
            }
        }
    };
}
