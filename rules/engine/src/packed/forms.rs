//! What rules are made of, as bytes.

use tenken_model::fact::system::SystemFamily;
use tenken_model::finding::Bilingual;
use tenken_model::register::RegisterKind;
use tenken_model::schema::Value;
use tenken_model::{RuleId, Topic};

use super::bytes::{Bytes, Pack};
use crate::expression::ast::{Expression, Literal, Macro, Node, Operator};
use crate::rule::sentence::Part;
use crate::rule::{
    Branch, Condition, Each, Grace, Holds, Join, Judged, Parameter, ParameterKind, Remedy, Rule, Says, Sentence,
    SubjectOf, WhenAbsent,
};

/// One after the other, without names.
macro_rules! fields {
    ($name:ident { $($field:ident),* }) => {
        impl Pack for $name {
            fn pack(&self, into: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $( $field.pack(into); )*
            }

            fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
                $( let $field = Pack::unpack(from)?; )*
                Some(Self { $($field),* })
            }
        }
    };
}

/// A word of a list, by its place.
macro_rules! word {
    ($name:ident) => {
        impl Pack for $name {
            fn pack(&self, into: &mut Vec<u8>) {
                // A word that is not in the list would be read as none, and the rule kept whole.
                $name::ALL.iter().position(|word| word == self).unwrap_or(usize::MAX).pack(into);
            }

            fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
                $name::ALL.get(usize::unpack(from)?).copied()
            }
        }
    };
}

/// A number for the variant, then what it holds.
macro_rules! variants {
    ($name:ident { $( $number:literal => $variant:ident ( $($value:ident),* ) ),* }) => {
        impl Pack for $name {
            fn pack(&self, into: &mut Vec<u8>) {
                match self {
                    $( Self::$variant($($value),*) => {
                        let number: u8 = $number;
                        number.pack(into);
                        $( $value.pack(into); )*
                    } )*
                }
            }

            fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
                Some(match u8::unpack(from)? {
                    $( $number => {
                        $( let $value = Pack::unpack(from)?; )*
                        Self::$variant($($value),*)
                    } )*
                    _ => return None,
                })
            }
        }
    };
}

word!(Topic);
word!(SystemFamily);
word!(RegisterKind);
word!(WhenAbsent);
word!(SubjectOf);
word!(ParameterKind);
word!(Macro);
word!(Operator);

fields!(Bilingual { ja, en });
fields!(Sentence { ja, en });
fields!(Says { pass, fail, unknown });
fields!(Branch { id, title, holds });
fields!(Join { register, name, key });
fields!(Each { list, source, name, subject, join, only });
fields!(Parameter { kind, default, min, max, max_items, title, source });
fields!(Expression { at, node });
fields!(Condition {
    systems,
    topics,
    max_age,
    when_absent,
    when,
    each,
    registers,
    unknown_when,
    whole_unknown_when,
    holds,
    says
});

variants!(Part { 0 => Text(text), 1 => Value(expression) });
variants!(Holds { 0 => Condition(expression), 1 => AnyOf(branches) });
variants!(Literal { 0 => Bool(value), 1 => Int(value), 2 => Text(value), 3 => Span(value), 4 => Size(value), 5 => Time(value) });
variants!(Node {
    0 => Literal(literal),
    1 => List(elements),
    2 => Name(name),
    3 => Select(of, field),
    4 => Method(of, name, arguments),
    5 => Macro(kind, of, variable, body),
    6 => Not(of),
    7 => Negate(of),
    8 => Binary(operator, left, right),
    9 => Conditional(condition, then, otherwise)
});

impl Pack for u16 {
    fn pack(&self, into: &mut Vec<u8>) {
        u64::from(*self).pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        Self::try_from(u64::unpack(from)?).ok()
    }
}

variants!(Grace { 0 => Elapsed(span), 1 => Awake(span), 2 => BusinessDays(days) });

impl Pack for RuleId {
    fn pack(&self, into: &mut Vec<u8>) {
        self.as_str().to_owned().pack(into);
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        Self::new(String::unpack(from)?).ok()
    }
}

/// Only what a parameter can have. Another value is read as none, and its rule kept whole.
impl Pack for Value {
    fn pack(&self, into: &mut Vec<u8>) {
        fn numbered(number: u8, value: &impl Pack, into: &mut Vec<u8>) {
            number.pack(into);
            value.pack(into);
        }
        match self {
            Self::Bool(value) => numbered(0, value, into),
            Self::Int(value) => numbered(1, value, into),
            Self::Text(value) => numbered(2, value, into),
            Self::Span(value) => numbered(3, value, into),
            Self::Size(value) => numbered(4, value, into),
            Self::List(values) => numbered(5, values, into),
            Self::Time(_) | Self::Record(_) | Self::Optional(_) | Self::Unknown(_) => u8::MAX.pack(into),
        }
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        Some(match u8::unpack(from)? {
            0 => Self::Bool(Pack::unpack(from)?),
            1 => Self::Int(Pack::unpack(from)?),
            2 => Self::Text(Pack::unpack(from)?),
            3 => Self::Span(Pack::unpack(from)?),
            4 => Self::Size(Pack::unpack(from)?),
            5 => Self::List(Pack::unpack(from)?),
            _ => return None,
        })
    }
}

/// Without what only people read, as [`Rule::only_judging`] leaves it.
impl Pack for Rule {
    fn pack(&self, into: &mut Vec<u8>) {
        let Self {
            id,
            title,
            grace,
            subject_of,
            parameters,
            judged,
            why: _,
            remedy: _,
            for_user: _,
            sources: _,
            text: _,
        } = self;
        id.pack(into);
        title.pack(into);
        grace.pack(into);
        subject_of.pack(into);
        parameters.pack(into);
        if let Judged::ByAgent(condition) = judged {
            condition.pack(into);
        }
    }

    fn unpack(from: &mut Bytes<'_>) -> Option<Self> {
        Some(Self {
            id: Pack::unpack(from)?,
            title: Pack::unpack(from)?,
            grace: Pack::unpack(from)?,
            subject_of: Pack::unpack(from)?,
            parameters: Pack::unpack(from)?,
            judged: Judged::ByAgent(Pack::unpack(from)?),
            why: Bilingual::default(),
            remedy: Remedy::default(),
            for_user: None,
            sources: Vec::new(),
            text: String::new(),
        })
    }
}
