//! Pages as a PDF: PDF/A-2a, so that it can be kept, and PDF/UA-1, so that it can be read aloud.

use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroU32};

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{self, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind,
    TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};

use super::PdfError;
use super::face::Face;
use super::page::{Entry, Frame, Laid, PAGE, Page};
use super::structure::{CellKind, PartId, Reach, Role, Structure};
use super::text::Piece;

/// How wide lines around cells are, in points.
const RULE: f32 = 0.5;
/// The grey of cells that name rows and columns.
const SHADE: u8 = 0xee;

/// What a document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its title; every document has one.
    pub title: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

/// Writes pages as a PDF. The same pages give the same bytes.
///
/// # Errors
/// The document is refused by the library that writes it.
pub fn paint(laid: &Laid, face: &Face, about: &About) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PdfError::Refused(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut painted: BTreeMap<PartId, Vec<Identifier>> = BTreeMap::new();
    for page in &laid.pages {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| PdfError::Refused("page size".into()))?;
        let mut sheet = document.start_page_with(size);
        let mut surface = sheet.surface();
        frames(&mut surface, page);
        for pieces in page.pieces.chunk_by(|one, next| one.part == next.part) {
            letters(&mut surface, pieces, face, &mut painted);
        }
        surface.finish();
        sheet.finish();
    }
    document.set_metadata(metadata(about, face));
    document.set_outline(outline(&laid.entries, face));
    document.set_tag_tree(tree(&laid.structure, painted, face));
    document.finish().map_err(|error| PdfError::Refused(format!("{error:?}")))
}

fn metadata(about: &About, face: &Face) -> Metadata {
    let at = about.made_at;
    let number = |number: u32| u8::try_from(number).unwrap_or_default();
    let made_at = metadata::DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(number(at.month()))
        .day(number(at.day()))
        .hour(number(at.hour()))
        .minute(number(at.minute()))
        .second(number(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(face.shown(&about.title))
        .language("ja".into())
        .creator("Tenken".into())
        .creation_date(made_at)
}

/// The rectangles of a page: first what is grey, then all lines.
fn frames(surface: &mut Surface<'_>, page: &Page) {
    if page.frames.is_empty() {
        return;
    }
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    for frame in page.frames.iter().filter(|frame| frame.shaded) {
        surface.set_fill(Some(Fill { paint: luma::Color::new(SHADE).into(), ..Fill::default() }));
        surface.set_stroke(None);
        rectangle(surface, frame);
    }
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { width: RULE, ..Stroke::default() }));
    for frame in &page.frames {
        rectangle(surface, frame);
    }
    surface.end_tagged();
}

fn rectangle(surface: &mut Surface<'_>, frame: &Frame) {
    let Some(rectangle) = Rect::from_xywh(frame.left, frame.top, frame.width, frame.height) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rectangle);
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Pieces that belong to one part, or to none.
fn letters(surface: &mut Surface<'_>, pieces: &[Piece], face: &Face, painted: &mut BTreeMap<PartId, Vec<Identifier>>) {
    let tag = match pieces.first().and_then(|piece| piece.part) {
        Some(_) => ContentTag::Span(SpanTag::empty()),
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
    };
    surface.set_fill(Some(Fill { paint: luma::Color::black().into(), ..Fill::default() }));
    surface.set_stroke(None);
    let identifier = surface.start_tagged(tag);
    for piece in pieces {
        let mut text = String::new();
        let glyphs: Vec<KrillaGlyph> = piece
            .letters
            .iter()
            .map(|(character, glyph)| {
                let start = text.len();
                text.push(*character);
                KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, 0.0, 0.0, 0.0, start..text.len(), None)
            })
            .collect();
        surface.draw_glyphs(Point::from_xy(piece.x, piece.base), &glyphs, face.font.clone(), &text, piece.size, false);
    }
    surface.end_tagged();
    if let Some(part) = pieces.first().and_then(|piece| piece.part) {
        painted.entry(part).or_default().push(identifier);
    }
}

/// The list of contents: headings of the second level within the one of the first before them.
fn outline(entries: &[Entry], face: &Face) -> Outline {
    let mut nodes: Vec<(u16, OutlineNode)> = Vec::new();
    for entry in entries {
        let place = XyzDestination::new(entry.page, Point::from_xy(0.0, entry.top));
        let node = OutlineNode::new(face.shown(&entry.title), place).with_open(true);
        match nodes.last_mut() {
            Some((level, above)) if *level < entry.level => above.push_child(node),
            _ => nodes.push((entry.level, node)),
        }
    }
    let mut outline = Outline::new();
    for (_, node) in nodes {
        outline.push_child(node);
    }
    outline
}

/// The parts as the library wants them.
fn tree(structure: &Structure, mut painted: BTreeMap<PartId, Vec<Identifier>>, face: &Face) -> TagTree {
    let mut within: BTreeMap<Option<PartId>, Vec<TagGroup>> = BTreeMap::new();
    // What is in a part comes after it, so from the end each part is whole when its parent takes it.
    for (id, role, parent) in structure.parts().rev() {
        let mut group = TagGroup::new(tag(role, face));
        painted.remove(&id).into_iter().flatten().for_each(|identifier| group.push(identifier));
        within.remove(&Some(id)).into_iter().flatten().rev().for_each(|child| group.push(child));
        within.entry(parent).or_default().push(group);
    }
    let mut tree = TagTree::new().with_lang(Some("ja".into()));
    within.remove(&None).into_iter().flatten().rev().for_each(|group| tree.push(group));
    tree
}

fn tag(role: &Role, face: &Face) -> TagKind {
    match role {
        Role::Heading(level, title) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(face.shown(title))).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Note => Tag::Note.into(),
        Role::List => Tag::L(ListNumbering::None).into(),
        Role::Entry => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::EntryBody => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Head => Tag::THead.into(),
        Role::Body => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::Cell(kind, reach) => cell(*kind, *reach),
    }
}

fn cell(kind: CellKind, reach: Reach) -> TagKind {
    let many = |count: usize| u32::try_from(count).ok().filter(|count| *count > 1).and_then(NonZeroU32::new);
    let (rows, columns) = (many(reach.rows), many(reach.columns));
    let scope = match kind {
        CellKind::Data => return Tag::TD.with_row_span(rows).with_col_span(columns).into(),
        CellKind::ColumnHead => TableHeaderScope::Column,
        CellKind::RowHead => TableHeaderScope::Row,
    };
    Tag::TH(scope).with_row_span(rows).with_col_span(columns).into()
}
