"""Addresses that are open to everybody: no log-in is asked for, and none is looked at."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from compliance.api.parameters import Parameters, read_parameters


class PublicView(GenericAPIView[Any]):
    """The same answer to everybody; odd parameters are an error (400) here too."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parameters: ClassVar[type[Parameters]] = Parameters
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asked = read_parameters(self.parameters, request.query_params)
