"""Una red que vive en la memoria: el conector de referencia, y el doble de las pruebas.

Se comporta como una red de verdad (acepta, rechaza, lista con retraso) y falla cuando se le dice. No guarda
nada al terminar el proceso: no sirve para publicar.
"""

from datetime import date, timedelta
from typing import ClassVar

from conectores.contrato import (
    Acceso,
    Ausente,
    Busqueda,
    Capacidades,
    Clave,
    Conciliacion,
    EnProceso,
    ErrorTransitorio,
    EstadoDePerfil,
    Hallada,
    Hallazgo,
    LimiteDeImagen,
    LimiteDeVideo,
    Permiso,
    Pieza,
    Preparada,
    Problema,
    Publicado,
    calcular_huella,
)
from conectores.memoria.escucha import OidoEnMemoria
from conectores.memoria.red import RedEnMemoria as RedEnMemoria
from conectores.memoria.red import red_en_memoria as red_en_memoria

LARGO_MAXIMO = 280


class ConectorMemoria(OidoEnMemoria):
    capacidades: ClassVar[Capacidades] = Capacidades(
        red="memoria",
        nombre="Memoria",
        largo_maximo=LARGO_MAXIMO,
        unidad_de_largo="caracteres",
        imagenes_maximas=4,
        videos_maximos=1,
        imagen=LimiteDeImagen(formatos=("JPEG", "PNG"), peso_maximo_bytes=5_000_000, ancho_maximo=4096),
        video=LimiteDeVideo(formatos=("mp4",), peso_maximo_bytes=50_000_000),
        conciliacion=Conciliacion.LISTA,
        fuente="conectores/memoria/README.md",
        verificado=date(2026, 11, 22),
    )
    claves: ClassVar[tuple[Clave, ...]] = (Clave("token", "Cualquier palabra; «vencido» no sirve.", obligatoria=False),)

    def __init__(self, acceso: Acceso) -> None:
        self._acceso = acceso
        self._perfil, self._token = acceso.perfil, acceso.credenciales.get("token", "")
        self.red = red_en_memoria(acceso.opciones.get("red", "comun"))

    def validar(self, pieza: Pieza) -> list[Problema]:
        problemas = []
        if not pieza.texto.strip() and not pieza.adjuntos:
            problemas.append(Problema("no dice nada.", "Escriba un texto o adjunte una imagen.", "texto"))
        if (largo := len(pieza.texto)) > LARGO_MAXIMO:
            problemas.append(
                Problema(
                    f"tiene {largo} caracteres y Memoria admite {LARGO_MAXIMO}.",
                    f"Quite {largo - LARGO_MAXIMO}.",
                    "texto",
                )
            )
        if len(pieza.adjuntos) > self.capacidades.imagenes_maximas:
            problemas.append(
                Problema(f"lleva {len(pieza.adjuntos)} imágenes y Memoria admite 4.", "Quite alguna.", "imágenes")
            )
        return problemas

    def medir_texto(self, pieza: Pieza) -> int:
        return len(pieza.texto)

    def comprobar(self) -> EstadoDePerfil:
        self._exigir_token()
        return EstadoDePerfil(
            nombre=self._acceso.perfil,
            id_externo=self._acceso.id_externo or self._acceso.perfil,
            vence_en=self.red.token_vence_en,
            permisos=("publicar",),
        )

    def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
        self.red.preparaciones += 1
        preparada = Preparada({"texto": pieza.texto, "medios": [str(a.ruta) for a in pieza.adjuntos]})
        if self.red.en_proceso > 0:
            self.red.en_proceso -= 1
            return EnProceso(preparada, timedelta(seconds=1))
        return preparada

    def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
        self.comprobar()
        try:
            texto, medios = preparada.datos["texto"], preparada.datos["medios"]
        except KeyError:
            raise ErrorTransitorio("Lo preparado no se entiende: hay que prepararlo otra vez.") from None
        permiso()
        return self.red.recibir(self._acceso.perfil, texto, len(medios), clave)

    def conciliar(self, busqueda: Busqueda) -> Hallazgo:
        visible_hasta = self.red.ahora() - self.red.visibilidad
        for visto in self.red.vistas:
            if (
                visto.perfil == self._acceso.perfil
                and not visto.borrada
                and busqueda.desde <= visto.aceptada_en <= visible_hasta
                and visto.id not in busqueda.ya_adoptados
                and calcular_huella(visto.texto, visto.medios) == busqueda.huella
            ):
                return Hallada(Publicado(visto.id, f"memoria://{visto.perfil}/{visto.id}"))
        return Ausente()

    def borrar(self, id_externo: str) -> None:
        for visto in self.red.vistas:
            if visto.id == id_externo:
                visto.borrada = True
