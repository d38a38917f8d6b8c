"""The one place that speaks Panda3D: uploads meshes, draws a picture and a picture of ids, without a screen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from panda3d import core as p3

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.mesh import Colour, Mesh, Sculptor
from models.errors import ModelsError
from vision.arrays import F32, F64, I64, U8

# In order of preference: Mesa's renderer without a screen, then Panda3D's own software renderer.
PIPES = (("eglGraphicsPipe", "p3headlessgl"), ("TinyOffscreenGraphicsPipe", "p3tinydisplay"))
OBJECTS, GROUND = p3.BitMask32.bit(0), p3.BitMask32.bit(1)
FARTHEST_M = 1500.0


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


class Studio:
    """Draws pictures of one size. Keep one per process: meshes stay uploaded from picture to picture."""

    def __init__(self, size_px: tuple[int, int], samples: int = 4) -> None:
        self.size_px = size_px
        self._engine = _engine()
        self._buffer, self._picture = self._output("picture", samples, 0)
        self._id_buffer, self._id_picture = self._output("ids", 0, 1)
        self._id_buffer.set_clear_color((0, 0, 0, 1))
        self._root = p3.NodePath("scene")
        self._stage = self._root.attach_new_node("stage")
        self._traffic = self._root.attach_new_node("traffic")
        self._geoms: dict[int, tuple[Mesh, p3.Geom]] = {}
        # Kept with what they were made of: an id is only unique among things that live.
        self._textures: dict[int, tuple[U8, p3.Texture]] = {}
        self._lens = p3.PerspectiveLens()
        self._eye = self._camera(self._buffer, OBJECTS | GROUND)
        self._id_eye = self._camera(self._id_buffer, OBJECTS)
        flat = p3.RenderState.make_empty()
        for attribute in (
            p3.ColorAttrib.make_flat((0, 0, 0, 1)), p3.LightAttrib.make_all_off(), p3.TextureAttrib.make_all_off(),
            p3.FogAttrib.make_off(), p3.TransparencyAttrib.make(p3.TransparencyAttrib.M_none),
        ):  # fmt: skip
            flat = flat.set_attrib(attribute, 1)
        self._id_eye.node().set_initial_state(flat)
        self._id_eye.node().set_tag_state_key("number")
        self._tagged = 0

    def close(self) -> None:
        """Give the buffers back; the studio draws no more."""
        for buffer in (self._buffer, self._id_buffer):
            self._engine.remove_window(buffer)

    def set_stage(self, flat: Sequence[Mesh | Textured], solid: Sequence[Mesh | Textured], light: Daylight) -> None:
        """The unmoving world. `flat` lies on the road and is painted in its order; `solid` hides what is behind."""
        self._stage.get_children().detach()
        self._textures.clear()
        for place, piece in enumerate(each for each in flat if isinstance(each, Textured) or len(each.vertex)):
            node = self._attach(self._stage, piece)
            _lie_flat(node, place)
        for piece in solid:
            self._attach(self._stage, piece)
        self._set_light(light)

    def freeze_stage(self, camera: Camera) -> None:
        """Until the next `set_stage`, paint the stage as the picture that `camera` has of it now.

        Many times faster, and the same to the eye, for a camera that does not move; its solid pieces still hide what
        is behind them.
        """
        picture = self.draw(camera, [])
        hiding = p3.NodePath("hiding")
        for node in self._stage.get_children():
            if node.get_bin_name() == "background":
                node.detach_node()
            else:
                node.clear_texture()
                node.reparent_to(hiding)
        # One piece that only fills the depth: a hundred small ones would cost more than the traffic.
        hiding.flatten_strong()
        hiding.set_attrib(p3.ColorWriteAttrib.make(p3.ColorWriteAttrib.C_off))
        hiding.set_light_off()
        hiding.set_fog_off()
        hiding.set_bin("background", 1)
        hiding.reparent_to(self._stage)
        width, height = self.size_px
        far_m = FARTHEST_M * 0.9
        x, z = far_m * width / 2 / camera.focal_px, far_m * height / 2 / camera.focal_px
        shape = Sculptor()
        shape.face([(-x, far_m, -z), (x, far_m, -z), (x, far_m, z), (-x, far_m, z)], (1, 1, 1))
        uv = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
        card = self._attach(self._stage, Textured(shape.mesh(0).moved(camera.world_from_camera()), uv, picture))
        _lie_flat(card, 0)
        card.set_light_off()
        card.set_fog_off()

    def draw(self, camera: Camera, placed: Sequence[Placed], shadows: Mesh | None = None) -> U8:
        """(height, width, 3) uint8 BGR."""
        self._arrange(camera, placed, shadows)
        self._render()
        return _pixels(self._picture, self.size_px)[:, :, :3]

    def draw_with_ids(self, camera: Camera, placed: Sequence[Placed], shadows: Mesh | None = None) -> tuple[U8, I64]:
        """The picture, and (height, width) the number of whoever is seen in each pixel, 0 for none of them."""
        self._arrange(camera, placed, shadows)
        self._render(with_ids=True)
        coded = _pixels(self._id_picture, self.size_px).astype(np.int64)
        return _pixels(self._picture, self.size_px)[:, :, :3], coded[:, :, 2] + 256 * coded[:, :, 1]

    def _render(self, with_ids: bool = False) -> None:
        """One frame of our buffers alone: the engine is shared by all studios of the process."""
        self._buffer.set_active(True)
        self._id_buffer.set_active(with_ids)
        self._engine.render_frame()
        self._buffer.set_active(False)
        self._id_buffer.set_active(False)

    def _arrange(self, camera: Camera, placed: Sequence[Placed], shadows: Mesh | None) -> None:
        for eye in (self._eye, self._id_eye):
            camera_matrix = p3.LMatrix4f(*camera.world_from_camera().T.flatten().tolist())
            eye.set_mat(camera_matrix)
        width, height = self.size_px
        self._lens.set_film_size(width, height)
        self._lens.set_focal_length(camera.focal_px)
        self._traffic.get_children().detach()
        self._tag_states(max((one.number for one in placed), default=0))
        for one in placed:
            node = self._traffic.attach_new_node(p3.GeomNode("vehicle"))
            node.node().add_geom(self._geom(one.mesh))
            node.set_mat(p3.LMatrix4f(*one.matrix.T.flatten().tolist()))
            if one.number:
                node.set_tag("number", str(one.number))
        if shadows is not None and len(shadows.triangle):
            node = self._attach(self._traffic, shadows)
            _lie_flat(node, 100)
            node.set_light_off()
            node.set_fog_off()
            # A frozen stage has its solid pieces in depth already: no shadow falls over them.
            node.set_depth_test(True)

    def _tag_states(self, highest: int) -> None:
        for number in range(self._tagged + 1, highest + 1):
            colour = ((number & 255) / 255, (number >> 8) / 255, 0, 1)
            state = p3.RenderState.make(p3.ColorAttrib.make_flat(colour), 2)
            self._id_eye.node().set_tag_state(str(number), state)
        self._tagged = max(self._tagged, highest)

    def _geom(self, mesh: Mesh) -> p3.Geom:
        if id(mesh) not in self._geoms:
            self._geoms[id(mesh)] = (mesh, _geom(mesh, None))
        return self._geoms[id(mesh)][1]

    def _attach(self, parent: p3.NodePath, piece: Mesh | Textured) -> p3.NodePath:
        node = parent.attach_new_node(p3.GeomNode("piece"))
        if isinstance(piece, Textured):
            node.node().add_geom(_geom(piece.mesh, piece.uv))
            if id(piece.image) not in self._textures:
                self._textures[id(piece.image)] = (piece.image, _texture(piece.image))
            node.set_texture(self._textures[id(piece.image)][1])
        else:
            node.node().add_geom(_geom(piece, None))
        return node

    def _set_light(self, light: Daylight) -> None:
        self._root.set_light_off()
        ambient = p3.AmbientLight("sky")
        ambient.set_color((*light.ambient, 1))
        sun = p3.DirectionalLight("sun")
        sun.set_color((*light.sun, 1))
        x, y, z = light.sun_m
        sun.set_direction((-x, -y, -z))
        self._root.clear_light()
        for lamp in (ambient, sun):
            self._root.set_light(self._root.attach_new_node(lamp))
        fog = p3.Fog("haze")
        fog.set_color((*light.haze, 1))
        fog.set_linear_range(light.haze_from_m, light.haze_full_m)
        self._root.set_fog(fog)
        self._buffer.set_clear_color((*light.haze, 1))

    def _camera(self, buffer: p3.GraphicsOutput, mask: p3.BitMask32) -> p3.NodePath:
        node = p3.Camera("eye", self._lens)
        node.set_camera_mask(mask)
        self._lens.set_near_far(0.3, FARTHEST_M)
        path = self._root.attach_new_node(node)
        buffer.make_display_region().set_camera(path)
        return path

    def _output(self, name: str, samples: int, sort: int) -> tuple[p3.GraphicsOutput, p3.Texture]:
        properties = p3.FrameBufferProperties()
        properties.set_rgba_bits(8, 8, 8, 8)
        properties.set_depth_bits(24)
        properties.set_multisamples(samples)
        size = p3.WindowProperties.size(*self.size_px)
        for pipe_name, module in PIPES:
            pipe = p3.GraphicsPipeSelection.get_global_ptr().make_pipe(pipe_name, module)
            buffer = pipe and self._engine.make_output(
                pipe, name, sort, properties, size, p3.GraphicsPipe.BF_refuse_window
            )
            if buffer:
                picture = p3.Texture(name)
                buffer.add_render_texture(picture, p3.GraphicsOutput.RTM_copy_ram)
                return buffer, picture
        raise StudioError(
            f"wanted a renderer that works without a screen ({', '.join(module for _, module in PIPES)}), "
            "found none that starts; on Debian `apt install libegl1 libgl1-mesa-dri` brings one"
        )


def _engine() -> p3.GraphicsEngine:
    # Panda3D tells of absent screens and joysticks on stderr; neither is needed.
    settings = "audio-library-name null\nnotify-level-display error\n"
    settings += "notify-level-egldisplay fatal\nnotify-level-device fatal\n"
    p3.load_prc_file_data("", settings + "textures-power-2 none\nnotify-level-tinydisplay fatal")
    return p3.GraphicsEngine.get_global_ptr()


def _lie_flat(node: p3.NodePath, place: int) -> None:
    """Paint on the ground in order, so that markings never flicker against the asphalt below them."""
    node.set_bin("background", place)
    node.set_depth_test(False)
    node.set_depth_write(False)
    node.set_transparency(p3.TransparencyAttrib.M_alpha)
    node.hide(OBJECTS)
    node.show(GROUND)


def _geom(mesh: Mesh, uv: F32 | F64 | None) -> p3.Geom:
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


def _texture(image: U8) -> p3.Texture:
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


def _pixels(texture: p3.Texture, size_px: tuple[int, int]) -> U8:
    width, height = size_px
    data = texture.get_ram_image_as("BGRA")
    if not data:
        raise StudioError("the renderer started but gave back no picture")
    return np.frombuffer(memoryview(data), np.uint8).reshape(height, width, 4)[::-1].copy()
