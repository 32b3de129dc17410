# autodiff in a container:
#   docker build -t autodiff .
#   docker run --rm autodiff eval "3*(a + b*c)" a=5 b=3 c=2
#   docker run --rm -v "$PWD:/work" autodiff check --in src/loss.py
# With extras: docker build --build-arg EXTRAS='[data,fit,png]' -t autodiff .
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ARG EXTRAS=""
WORKDIR /source
COPY . .
# Compiled now, since the user of the container may write nothing: a start without bytecode takes half as long again.
RUN python -m venv /opt/autodiff \
 && /opt/autodiff/bin/pip install --no-cache-dir --compile ".${EXTRAS}" \
 && /opt/autodiff/bin/pip uninstall --yes pip

FROM python:${PYTHON}-slim
COPY --from=build /opt/autodiff /opt/autodiff
RUN useradd --create-home --uid 1000 autodiff
ENV PATH=/opt/autodiff/bin:$PATH PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
USER 1000
WORKDIR /work
ENTRYPOINT ["autodiff"]
CMD ["--help"]
