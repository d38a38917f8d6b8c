"""Draws a picture and a picture of ids, without a screen."""

from collections.abc import Sequence

import numpy as np
from panda3d import core as p3

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.gloss import mirrored
from models.datasets.drawn.lens import Lens
from models.datasets.drawn.mesh import Colour, Mesh
from models.datasets.drawn.sculptor import Sculptor
from models.datasets.drawn.upload import (
    GROUND,
    MARKS,
    OBJECTS,
    Daylight,
    Placed,
    Sticker,
    StudioError,
    Textured,
    geom_of,
    lie_flat,
    pixels_of,
    shine,
    texture_of,
)
from vision.arrays import F64, I64, U8

# In order of preference: Mesa's renderer without a screen, then Panda3D's own software renderer.
PIPES = (("eglGraphicsPipe", "p3headlessgl"), ("TinyOffscreenGraphicsPipe", "p3tinydisplay"))
FARTHEST_M = 1500.0


class Studio:
    """Draws pictures of one size. Keep one per process: meshes stay uploaded from picture to picture."""

    def __init__(self, size_px: tuple[int, int], samples: int = 4) -> None:
        self.size_px = size_px
        self._engine = _engine()
        self._buffer, self._picture = self._output("picture", samples, 0)
        self._id_buffer, self._id_picture = self._output("ids", 0, 1)
        self._id_buffer.set_clear_color((0, 0, 0, 1))
        self._root = p3.NodePath("scene")
        # In the order they were added: sorted by state, what lies in one plane would flicker from run to run.
        self._root.set_bin("unsorted", 0)
        self._lights = self._root.attach_new_node("lights")
        self._stage = self._root.attach_new_node("stage")
        self._traffic = self._root.attach_new_node("traffic")
        self._shiny = self._root.attach_new_node("shiny traffic")
        self._mirror = p3.TextureStage("mirror")
        self._mirror.set_mode(p3.TextureStage.M_add)
        self._haze: Colour = (0.0, 0.0, 0.0)
        self._geoms: dict[int, tuple[Mesh, p3.Geom]] = {}
        # Kept with what they were made of: an id is only unique among things that live.
        self._textures: dict[int, tuple[U8, p3.Texture]] = {}
        self._lens = p3.PerspectiveLens()
        self._eye = self._camera(self._buffer, OBJECTS | GROUND)
        self._id_eye = self._camera(self._id_buffer, OBJECTS | MARKS)
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
            lie_flat(node, place)
        for piece in solid:
            self._attach(self._stage, piece)
        self._haze = light.haze
        self._buffer.set_clear_color((*light.haze, 1))
        shine(self._root, self._lights, light)

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
        lie_flat(card, 0)
        card.set_light_off()
        card.set_fog_off()

    def draw(
        self, camera: Camera, placed: Sequence[Placed], shadows: Mesh | None = None, stickers: Sequence[Sticker] = ()
    ) -> U8:
        """(height, width, 3) uint8 BGR."""
        self._arrange(camera.unbent(), placed, shadows)
        self._stick(stickers)
        self._render()
        picture = pixels_of(self._picture, self.size_px)[:, :, :3]
        return Lens(camera).picture(picture) if camera.bend else picture

    def draw_with_ids(
        self, camera: Camera, placed: Sequence[Placed], shadows: Mesh | None = None, *,
        stickers: Sequence[Sticker] = (), marks: Sequence[Placed] = (),
    ) -> tuple[U8, I64]:  # fmt: skip
        """The picture, and (height, width) the number of whoever is seen in each pixel, 0 for none of them.

        `marks` are parts of what is placed, such as heads and plates, with numbers of their own among the ids.
        """
        self._arrange(camera.unbent(), placed, shadows, marks)
        self._stick(stickers)
        self._render(with_ids=True)
        coded = pixels_of(self._id_picture, self.size_px).astype(np.int64)
        picture, ids = pixels_of(self._picture, self.size_px)[:, :, :3], coded[:, :, 2] + 256 * coded[:, :, 1]
        if camera.bend == 0:
            return picture, ids
        lens = Lens(camera)
        return lens.picture(picture), lens.ids(ids)

    def _stick(self, stickers: Sequence[Sticker]) -> None:
        for one in stickers:
            node = self._attach(self._traffic, one.piece)
            node.set_mat(_matrix(one.matrix))
            node.hide(OBJECTS | MARKS)

    def _render(self, with_ids: bool = False) -> None:
        self._id_buffer.set_active(with_ids)
        self._engine.render_frame()

    def _arrange(
        self, camera: Camera, placed: Sequence[Placed], shadows: Mesh | None, marks: Sequence[Placed] = ()
    ) -> None:
        for eye in (self._eye, self._id_eye):
            eye.set_mat(_matrix(camera.world_from_camera()))
        width, height = self.size_px
        self._lens.set_film_size(width, height)
        self._lens.set_focal_length(camera.focal_px)
        for group in (self._traffic, self._shiny):
            group.get_children().detach()
        self._shiny.set_tex_gen(self._mirror, p3.TexGenAttrib.M_eye_sphere_map)
        self._shiny.set_texture(self._mirror, texture_of(mirrored(camera, self._haze)))
        self._tag_states(max((one.number for one in (*placed, *marks)), default=0))
        for one in placed:
            self._add(self._shiny if one.mesh.gloss > 0 else self._traffic, one, self._geom(one.mesh))
        for one in marks:
            node = self._add(self._traffic, one, geom_of(one.mesh, None))
            node.hide(OBJECTS | GROUND)
            # It lies in the surface of what it is a part of.
            node.set_depth_offset(2)
        if shadows is not None and len(shadows.triangle):
            node = self._attach(self._traffic, shadows)
            lie_flat(node, 100)
            node.set_light_off()
            node.set_fog_off()
            # A frozen stage has its solid pieces in depth already: no shadow falls over them.
            node.set_depth_test(True)

    def _add(self, group: p3.NodePath, one: Placed, geom: p3.Geom) -> p3.NodePath:
        node = group.attach_new_node(p3.GeomNode("vehicle"))
        node.node().add_geom(geom)
        node.set_mat(_matrix(one.matrix))
        if one.number:
            node.set_tag("number", str(one.number))
        return node

    def _tag_states(self, highest: int) -> None:
        for number in range(self._tagged + 1, highest + 1):
            colour = ((number & 255) / 255, (number >> 8) / 255, 0, 1)
            state = p3.RenderState.make(p3.ColorAttrib.make_flat(colour), 2)
            self._id_eye.node().set_tag_state(str(number), state)
        self._tagged = max(self._tagged, highest)

    def _geom(self, mesh: Mesh) -> p3.Geom:
        if id(mesh) not in self._geoms:
            self._geoms[id(mesh)] = (mesh, geom_of(mesh, None))
        return self._geoms[id(mesh)][1]

    def _attach(self, parent: p3.NodePath, piece: Mesh | Textured) -> p3.NodePath:
        node = parent.attach_new_node(p3.GeomNode("piece"))
        if isinstance(piece, Textured):
            node.node().add_geom(geom_of(piece.mesh, piece.uv))
            if id(piece.image) not in self._textures:
                self._textures[id(piece.image)] = (piece.image, texture_of(piece.image))
            node.set_texture(self._textures[id(piece.image)][1])
        else:
            node.node().add_geom(geom_of(piece, None))
        return node

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
    return p3.GraphicsEngine()


def _matrix(motion: F64) -> p3.LMatrix4f:
    return p3.LMatrix4f(*motion.T.flatten().tolist())
