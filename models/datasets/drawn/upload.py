"""Hands meshes, textures and light over to Panda3D, and takes pixels back."""

from dataclasses import dataclass

import numpy as np
from panda3d import core as p3

from models.datasets.drawn.mesh import Colour, Mesh
from models.errors import ModelsError
from vision.arrays import F32, F64, U8

OBJECTS, GROUND, MARKS = p3.BitMask32.bit(0), p3.BitMask32.bit(1), p3.BitMask32.bit(2)
"""What the camera of ids sees and hides by; what only the picture shows; what only the ids show."""


class StudioError(ModelsError):
    """No picture can be drawn on this machine."""


@dataclass(frozen=True, slots=True)
class Daylight:
    """Light of a scene. Colours are RGB 0..1; sun_m points from the ground towards the sun."""

    ambient: Colour
    sun: Colour
    sun_m: tuple[float, float, float]
    haze: Colour
    haze_from_m: float
    haze_full_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Textured:
    """A mesh under a picture: uv (n, 2) float32; image (h, w, 3) uint8 BGR, repeated."""

    mesh: Mesh
    uv: F32 | F64
    image: U8


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A mesh on the road under a (4, 4) motion. `number` 1..65535 is its colour among the ids; 0 is nobody's."""

    mesh: Mesh
    matrix: F64
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sticker:
    """A picture that lies on a vehicle, under the vehicle's motion; the ids do not show it."""

    piece: Textured
    matrix: F64


def geom_of(mesh: Mesh, uv: F32 | F64 | None) -> p3.Geom:
    """The mesh as the renderer wants it, packed at once: row by row takes a hundred times as long."""
    columns = [mesh.vertex.view(np.uint8), mesh.normal.view(np.uint8), mesh.rgba]
    layout = p3.GeomVertexArrayFormat()
    layout.add_column("vertex", 3, p3.Geom.NT_float32, p3.Geom.C_point)
    layout.add_column("normal", 3, p3.Geom.NT_float32, p3.Geom.C_normal)
    layout.add_column("color", 4, p3.Geom.NT_uint8, p3.Geom.C_color)
    if uv is not None:
        layout.add_column("texcoord", 2, p3.Geom.NT_float32, p3.Geom.C_texcoord)
        columns.append(np.ascontiguousarray(uv, np.float32).view(np.uint8))
    layout_format = p3.GeomVertexFormat()
    layout_format.add_array(layout)
    data = p3.GeomVertexData("mesh", p3.GeomVertexFormat.register_format(layout_format), p3.Geom.UH_static)
    data.unclean_set_num_rows(len(mesh.vertex))
    packed = np.concatenate([np.ascontiguousarray(column).reshape(len(mesh.vertex), -1) for column in columns], axis=1)
    data.modify_array_handle(0).copy_data_from(packed.tobytes())
    triangles = p3.GeomTriangles(p3.Geom.UH_static)
    triangles.set_index_type(p3.Geom.NT_uint32)
    indices = triangles.modify_vertices()
    indices.unclean_set_num_rows(mesh.triangle.size)
    indices.modify_handle().copy_data_from(np.ascontiguousarray(mesh.triangle, np.uint32).tobytes())
    geom = p3.Geom(data)
    geom.add_primitive(triangles)
    return geom


def texture_of(image: U8) -> p3.Texture:
    """(h, w, 3) uint8 BGR, to be repeated."""
    texture = p3.Texture("surface")
    height, width = image.shape[:2]
    texture.setup_2d_texture(width, height, p3.Texture.T_unsigned_byte, p3.Texture.F_rgb)
    texture.set_ram_image(np.ascontiguousarray(image[::-1]).tobytes())
    sampling = p3.SamplerState()
    sampling.set_minfilter(p3.SamplerState.FT_linear_mipmap_linear)
    sampling.set_magfilter(p3.SamplerState.FT_linear)
    # Anisotropic filtering takes ten times as long as all the rest on a processor; a finer level makes up for some.
    sampling.set_anisotropic_degree(1)
    sampling.set_lod_bias(-0.8)
    texture.set_default_sampler(sampling)
    return texture


def pixels_of(texture: p3.Texture, size_px: tuple[int, int]) -> U8:
    """(height, width, 4) uint8 BGRA of what was rendered. StudioError where nothing was."""
    width, height = size_px
    data = texture.get_ram_image_as("BGRA")
    if not data:
        raise StudioError("the renderer started but gave back no picture")
    return np.frombuffer(memoryview(data), np.uint8).reshape(height, width, 4)[::-1].copy()


def lie_flat(node: p3.NodePath, place: int) -> None:
    """Paint on the ground in order, so that markings never flicker against the asphalt below them."""
    node.set_bin("background", place)
    node.set_depth_test(False)
    node.set_depth_write(False)
    node.set_transparency(p3.TransparencyAttrib.M_alpha)
    node.hide(OBJECTS | MARKS)
    node.show(GROUND)


def shine(root: p3.NodePath, lights: p3.NodePath, light: Daylight) -> None:
    """Light all below `root` by sky and sun, hung into `lights` in place of what hung there, and fill it with haze."""
    root.clear_light()
    lights.get_children().detach()
    ambient = p3.AmbientLight("sky")
    ambient.set_color((*light.ambient, 1))
    sun = p3.DirectionalLight("sun")
    sun.set_color((*light.sun, 1))
    x, y, z = light.sun_m
    sun.set_direction((-x, -y, -z))
    for lamp in (ambient, sun):
        root.set_light(lights.attach_new_node(lamp))
    fog = p3.Fog("haze")
    fog.set_color((*light.haze, 1))
    fog.set_linear_range(light.haze_from_m, light.haze_full_m)
    root.set_fog(fog)
